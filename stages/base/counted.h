#pragma once
// Numbers of things in words. Pure; no Problems.

#include <cstddef>
#include <string>
#include <string_view>

namespace dcmflow {

// "1 file", "2 files". REQUIRES: the plural of `thing` is made by an s.
inline std::string counted(std::size_t count, std::string_view thing) {
  return std::to_string(count).append(" ").append(thing).append(count == 1 ? "" : "s");
}

}  // namespace dcmflow
