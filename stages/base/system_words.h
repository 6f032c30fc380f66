#pragma once
// What the system says of an error.

#include <string>
#include <system_error>

namespace dcmflow {

// Of a number of errno. Thread-safe.
inline std::string system_words(int error) { return std::generic_category().message(error); }

}  // namespace dcmflow
