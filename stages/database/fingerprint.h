#pragma once
// Two texts of equal fingerprints are equal.

#include <string>
#include <string_view>

namespace dcmflow {

// SHA-256 in lower-case hex.
std::string fingerprint(std::string_view text);

}  // namespace dcmflow
