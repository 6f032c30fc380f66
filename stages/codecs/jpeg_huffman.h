#pragma once
// Entropy-coded data of lossless JPEG: differences read by Huffman code. The innermost loop of the
// decoder, hence inline. A table is thread-safe once it is built. build() gives
// Problem{decode_failed} for lengths that make no code.

#include <array>
#include <cstdint>
#include <span>

#include "stages/base/result.h"
#include "stages/codecs/jpeg_bits.h"

namespace dcmflow {

using BitReader = JpegBits<Stuffing::byte>;

// A Huffman table of difference categories (H.1.2.2). Most codes and their difference are found by
// one look at the next bits.
class DifferenceTable {
 public:
  // From the parameters of one table of a DHT segment: 16 counts of codes by length, and the
  // categories in order of code.
  static Result<DifferenceTable> build(std::span<const std::uint8_t> counts,
                                       std::span<const std::uint8_t> categories);

  // The next difference, modulo 2^16. Sets `damaged` when the bits are no code of this table.
  std::int32_t read(BitReader& bits, bool& damaged) const {
    bits.refill();
    const Entry entry = entries_[bits.peek(look_bits)];
    if (entry.skip == 0) [[unlikely]] {
      return read_long_code(bits, damaged);
    }
    bits.skip(entry.skip);
    return entry.category == 0 ? entry.difference : read_difference(bits, entry.category);
  }

 private:
  static constexpr unsigned look_bits = 12;
  static constexpr unsigned max_length = 16;
  static constexpr unsigned max_category = 16;

  struct Entry {
    std::uint8_t skip = 0;  // bits to skip; 0: the code is longer than look_bits, or there is none
    std::uint8_t category = 0;    // not 0: the difference follows, in so many bits
    std::int16_t difference = 0;  // valid when category is 0
  };

  // `category` bits that follow the code (H.1.2.2); REQUIRES 1 to 15.
  static std::int32_t read_difference(BitReader& bits, unsigned category) {
    const auto value = static_cast<std::int32_t>(bits.peek(category));
    bits.skip(category);
    return extend(value, category);
  }
  static std::int32_t extend(std::int32_t value, unsigned category) {
    return value < (1 << (category - 1)) ? value - (1 << category) + 1 : value;
  }

  std::int32_t read_long_code(BitReader& bits, bool& damaged) const;
  void add_code(std::uint32_t code, unsigned length, unsigned category);

  std::array<Entry, 1U << look_bits> entries_{};
  std::array<std::uint32_t, max_length + 1> first_code_{};  // of each length
  std::array<std::uint32_t, max_length + 1> first_index_{};
  std::array<std::uint32_t, max_length + 1> code_count_{};
  std::array<std::uint8_t, 256> categories_{};
};

}  // namespace dcmflow
