#include "stages/to_dicom/new_uid.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>

namespace dcmflow {

std::string new_uid() {
  std::random_device random;
  std::array<std::uint32_t, 4> words{};  // of 128 bits, the highest first
  for (auto& word : words) word = random();
  words[1] = (words[1] & 0xFFFF0FFF) | 0x4000;      // version 4 (RFC 4122 4.4)
  words[2] = (words[2] & 0x3FFFFFFF) | 0x80000000;  // its variant
  std::string digits;
  while (std::ranges::any_of(words, [](auto word) { return word != 0; })) {
    std::uint64_t rest = 0;
    for (auto& word : words) {
      rest = rest << 32 | word;
      word = static_cast<std::uint32_t>(rest / 10);
      rest %= 10;
    }
    digits += static_cast<char>('0' + rest);
  }
  std::ranges::reverse(digits);
  return "2.25." + digits;
}

}  // namespace dcmflow
