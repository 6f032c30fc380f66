#pragma once
// What may be told of the words of a server: any of them may be a patient's. Pure; no Problems.

#include <string>
#include <string_view>

namespace dcmflow {

// The name of a type that is known, without its parameters; of others the length.
std::string type_words(std::string_view content_type);

// Scheme, host and port of a URL; the length of what has none that can be one.
std::string place_words(std::string_view url);

}  // namespace dcmflow
