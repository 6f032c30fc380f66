#pragma once
// The bits of entropy-coded data with their stuffing removed, of JPEG and JPEG-LS alike. The
// innermost loop of their decoders, hence inline. For one thread.

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>

namespace dcmflow {

// What an encoder puts behind a byte FF, so that it is no marker: a byte 0 (JPEG, ISO/IEC 10918-1
// B.1.1.5), or a bit 0, so that the next byte holds seven (JPEG-LS, ISO/IEC 14495-1 A.1).
enum class Stuffing { byte, bit };

// Hands out the bits, most significant first. A marker or the end of the bytes stops it: zeros
// follow, and overdrawn() tells when some of them were used.
template <Stuffing stuffing>
class JpegBits {
 public:
  // So many bits refill() makes ready for the others.
  static constexpr unsigned ready = stuffing == Stuffing::byte ? 32 : 48;

  // `bytes` may go on behind the marker; those before `offset` are stepped over.
  explicit JpegBits(std::span<const std::uint8_t> bytes, std::size_t offset = 0)
      : begin_(bytes.data()), next_(bytes.data() + offset), end_(bytes.data() + bytes.size()) {}

  void refill() {
    if (count_ >= ready) return;
    if (end_ - next_ >= 8 && (stuffing == Stuffing::byte || !after_ff_)) {
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

  // REQUIRES: 1 to 32 bits, all of them ready.
  std::uint32_t peek(unsigned bits) const {
    return static_cast<std::uint32_t>(buffer_ >> (64 - bits));
  }
  // How many zeros come before the next one, 64 for none. Those among the bits that are ready
  // count.
  unsigned zeros() const { return static_cast<unsigned>(std::countl_zero(buffer_)); }
  // REQUIRES: so many bits are ready.
  void skip(unsigned bits) {
    buffer_ <<= bits;
    count_ -= bits;
  }
  // The next bits as a number. REQUIRES: 0 to 32 bits, all of them ready.
  std::uint32_t take(unsigned bits) {
    const auto value = static_cast<std::uint32_t>(buffer_ >> 1 >> (63 - bits));
    skip(bits);
    return value;
  }

  bool overdrawn() const { return count_ < padding_; }
  // Bits before the next marker or the end that nobody took.
  // Fewer than 8 fill the last byte; at the end of an image another byte may make its length even.
  std::uint64_t left_over() {
    refill();
    return count_ < padding_ ? 0 : count_ - padding_;
  }
  // Of the first byte that is not read yet; at a marker, once all bits before it are used.
  std::size_t offset() const { return static_cast<std::size_t>(next_ - begin_); }

 private:
  bool at_marker() const {
    constexpr std::uint8_t greatest_stuffed = stuffing == Stuffing::byte ? 0 : 0x7F;
    return *next_ == 0xFF && (end_ - next_ < 2 || next_[1] > greatest_stuffed);
  }

  [[gnu::noinline]] void refill_bytewise() {
    while (count_ <= 56) {
      const unsigned bits = after_ff_ ? 7 : 8;
      if (next_ == end_ || at_marker()) {
        padding_ += 8;
        count_ += 8;
        continue;
      }
      buffer_ |= std::uint64_t{*next_} << (64 - bits - count_);
      count_ += bits;
      const bool is_ff = *next_ == 0xFF;
      next_ += is_ff && stuffing == Stuffing::byte ? 2 : 1;
      after_ff_ = is_ff && stuffing == Stuffing::bit;
    }
  }

  const std::uint8_t* begin_;
  const std::uint8_t* next_;
  const std::uint8_t* end_;
  std::uint64_t buffer_ = 0;   // the next bits, left-aligned
  unsigned count_ = 0;         // how many of them are ready
  std::uint64_t padding_ = 0;  // how many zeros were ever added behind the end
  bool after_ff_ = false;      // the next byte holds seven bits
};

static_assert(std::endian::native == std::endian::little);

}  // namespace dcmflow
