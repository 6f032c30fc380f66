#include "engine/peak_memory.h"

#include <fstream>
#include <string>

namespace dcmflow {

std::uint64_t peak_memory_bytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (std::uint64_t kilobytes = 0; word == "VmHWM:" && status >> kilobytes)
      return kilobytes << 10;
  return 0;
}

}  // namespace dcmflow
