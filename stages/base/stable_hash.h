#pragma once
// A number for a text, the same in every run and release (FNV-1a, 64 bits). Pure; no Problems.

#include <cstdint>
#include <string_view>

namespace dcmflow {

constexpr std::uint64_t stable_hash(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  return hash;
}

}  // namespace dcmflow
