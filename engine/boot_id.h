#pragma once
// Which start of the machine this is.

#include <fstream>
#include <string>

namespace dcmflow {

// Linux' own name for it; empty where there is none.
inline std::string boot_id() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::string id;
  file >> id;
  return id;
}

}  // namespace dcmflow
