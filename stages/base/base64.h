#pragma once
// Base64 (RFC 4648). Pure; thread-safe.

#include <optional>
#include <string>
#include <string_view>

namespace dcmflow {

// Standard and URL-safe Base64; white space and missing padding are accepted; nullopt for anything
// else.
std::optional<std::string> decode_base64(std::string_view text);

// The standard alphabet, padded, on one line.
std::string encode_base64(std::string_view bytes);

}  // namespace dcmflow
