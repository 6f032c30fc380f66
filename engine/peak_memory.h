#pragma once
// What a run took at most. Thread-safe; no Problems.

#include <cstdint>
#include <fstream>
#include <string>

namespace dcmflow {

// Bytes. The most that was resident at a time, as Linux counts it for this program alone:
// getrusage() also counts the process that started it.
inline std::uint64_t peak_memory_bytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (std::uint64_t kilobytes = 0; word == "VmHWM:" && status >> kilobytes)
      return kilobytes << 10;
  return 0;
}

}  // namespace dcmflow
