#pragma once
// What stands for a path of the input under --no-patient. Pure; no Problems.

#include <string>
#include <string_view>

namespace dcmflow {

// The first 32 digits of the SHA-256 of a path, in hex: the same in every output and run, and of no
// two paths the same.
std::string name_digest(std::string_view path);

}  // namespace dcmflow
