#include "stages/codecs/jpeg_huffman.h"

#include <algorithm>

#include "stages/codecs/frame_samples.h"

namespace dcmflow {

Result<DifferenceTable> DifferenceTable::build(std::span<const std::uint8_t> counts,
                                               std::span<const std::uint8_t> categories) {
  DifferenceTable table;
  std::uint32_t code = 0;
  std::uint32_t index = 0;
  for (unsigned length = 1; length <= max_length; ++length, code <<= 1) {
    const std::uint32_t count = counts[length - 1];
    if (index + count > categories.size() || code + count > (1U << length)) {
      return decode_problem(
          "a Huffman table with ", std::uint64_t{index + count}, " codes of up to ",
          std::uint64_t{length}, " bits; expected at most ",
          std::min<std::uint64_t>(categories.size(), index + (1U << length) - code));
    }
    table.first_code_[length] = code;
    table.first_index_[length] = index;
    table.code_count_[length] = count;
    for (std::uint32_t i = 0; i < count; ++i, ++code, ++index) {
      if (categories[index] > max_category) {
        return decode_problem("a Huffman table for differences of ",
                              std::uint64_t{categories[index]}, " bits; expected at most ",
                              std::uint64_t{max_category});
      }
      table.categories_[index] = categories[index];
      if (length <= look_bits) table.add_code(code, length, categories[index]);
    }
  }
  return table;
}

// Every continuation of the code gets an entry; with the difference itself where its bits are
// within reach.
void DifferenceTable::add_code(std::uint32_t code, unsigned length, unsigned category) {
  const unsigned free_bits = look_bits - length;
  const std::uint32_t first = code << free_bits;
  for (std::uint32_t rest = 0; rest < (1U << free_bits); ++rest) {
    Entry& entry = entries_[first + rest];
    if (category == max_category) {
      entry = {static_cast<std::uint8_t>(length), 0, INT16_MIN};  // 32768, and no bits follow
    } else if (category == 0) {
      entry = {static_cast<std::uint8_t>(length), 0, 0};
    } else if (category <= free_bits) {
      const auto value = static_cast<std::int32_t>(rest >> (free_bits - category));
      entry = {static_cast<std::uint8_t>(length + category), 0,
               static_cast<std::int16_t>(extend(value, category))};
    } else {
      entry = {static_cast<std::uint8_t>(length), static_cast<std::uint8_t>(category), 0};
    }
  }
}

std::int32_t DifferenceTable::read_long_code(BitReader& bits, bool& damaged) const {
  for (unsigned length = look_bits + 1; length <= max_length; ++length) {
    const std::uint32_t place = bits.peek(length) - first_code_[length];
    if (place >= code_count_[length]) continue;
    const unsigned category = categories_[first_index_[length] + place];
    bits.skip(length);
    if (category == max_category) return INT16_MIN;
    return category == 0 ? 0 : read_difference(bits, category);
  }
  damaged = true;
  return 0;
}

}  // namespace dcmflow
