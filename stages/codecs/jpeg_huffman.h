#pragma once
// Entropy-coded data of lossless JPEG: bits with their stuffing removed, and differences read by
// Huffman code. The innermost loop of the decoder, hence inline. A BitReader is for one thread; a
// table is thread-safe once it is built. build() gives Problem{decode_failed} for lengths that make
// no code.

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>

#include "stages/base/result.h"

namespace dcmflow {

// Hands out the bits of an entropy-coded segment (ISO/IEC 10918-1 B.1.1.5), most significant first.
// A marker or the end of the image stops it: zeros follow, and overdrawn() tells when some of them
// were used.
class BitReader {
 public:
  explicit BitReader(std::span<const std::uint8_t> image, std::size_t offset)
      : begin_(image.data()), next_(image.data() + offset), end_(image.data() + image.size()) {}

  // Makes at least 32 bits ready for peek() and skip().
  void refill() {
    if (count_ >= 32) return;
    if (end_ - next_ >= 8) {
      std::uint64_t bytes = 0;
      std::memcpy(&bytes, next_, 8);
      // No byte is FF when no byte of the complement is 0.
      const std::uint64_t inverse = ~bytes;
      if (((inverse - 0x0101010101010101U) & ~inverse & 0x8080808080808080U) == 0) {
        buffer_ |= __builtin_bswap64(bytes) >> count_;
        const unsigned whole = (63 - count_) / 8;
        next_ += whole;
        count_ += whole * 8;
        return;
      }
    }
    refill_bytewise();
  }

  // REQUIRES: 1 to 32 bits, made ready by refill().
  std::uint32_t peek(unsigned bits) const {
    return static_cast<std::uint32_t>(buffer_ >> (64 - bits));
  }
  void skip(unsigned bits) {
    buffer_ <<= bits;
    count_ -= bits;
  }

  bool overdrawn() const { return count_ < padding_; }
  // Bits before the next marker or the end of the image that nobody took.
  // Fewer than 8 fill the last byte; at the end of an image another byte may make its length even.
  std::uint64_t left_over() {
    refill();
    return count_ < padding_ ? 0 : count_ - padding_;
  }
  // Of the first byte that is not read yet; at a marker, once all bits before it are used.
  std::size_t offset() const { return static_cast<std::size_t>(next_ - begin_); }

 private:
  void refill_bytewise() {
    while (count_ <= 56) {
      if (next_ == end_ || (*next_ == 0xFF && (end_ - next_ < 2 || next_[1] != 0))) {
        padding_ += 8;
      } else {
        buffer_ |= std::uint64_t{*next_} << (56 - count_);
        next_ += *next_ == 0xFF ? 2 : 1;
      }
      count_ += 8;
    }
  }

  const std::uint8_t* begin_;
  const std::uint8_t* next_;
  const std::uint8_t* end_;
  std::uint64_t buffer_ = 0;   // the next bits, left-aligned
  unsigned count_ = 0;         // how many of them are ready
  std::uint64_t padding_ = 0;  // how many zeros were ever added behind the end
};

static_assert(std::endian::native == std::endian::little);

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
