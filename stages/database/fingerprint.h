#pragma once
// Two texts of equal fingerprints are equal.

#include <string>
#include <string_view>

#include "stages/base/result.h"

namespace dcmflow {

// SHA-256 in lower-case hex.
std::string fingerprint(std::string_view text);
// Of the bytes of a file. Problem{unreadable}.
Result<std::string> fingerprint_of_file(const std::string& path);

}  // namespace dcmflow
