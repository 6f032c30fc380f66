#pragma once
// UIDs that nobody has yet (PS3.5 B.2): 2.25 and a random UUID as a number.

#include <string>

namespace dcmflow {

// Of the system's random bytes. Thread-safe. Throws std::exception where it has none.
std::string new_uid();

}  // namespace dcmflow
