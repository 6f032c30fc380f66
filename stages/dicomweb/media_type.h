#pragma once
// The values of Content-Type (RFC 9110, 8.3.1). Pure; no Problems.

#include <string>
#include <string_view>

namespace dcmflow {

inline constexpr std::string_view header_blanks = " \t";

// In whichever case, as the names and types of headers are.
bool is_same_word(std::string_view a, std::string_view b);

// Whatever parameters are behind it: "multipart/related" of "multipart/related; boundary=x".
bool is_media_type(std::string_view content_type, std::string_view type);

// The value of a parameter, without quotes; empty: there is none.
std::string media_parameter(std::string_view content_type, std::string_view name);

}  // namespace dcmflow
