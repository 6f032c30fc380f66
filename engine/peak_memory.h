#pragma once
// What the process took. No Problems; thread-safe.

#include <cstdint>

namespace dcmflow {

// The most that was resident at a time, as Linux counts it for this program alone: getrusage() also
// counts the process that started it. 0: not known.
std::uint64_t peak_memory_bytes();

}  // namespace dcmflow
