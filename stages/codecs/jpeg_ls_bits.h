#pragma once
// The bits of a JPEG-LS scan with their stuffing removed (ISO/IEC 14495-1 A.1 and C.2.1): the byte
// behind an FF holds seven. The innermost loop of the decoder, hence inline. For one thread.

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>

namespace dcmflow {

// Hands them out, most significant first. A marker or the end of the scan stops it: zeros follow,
// and overdrawn() tells when some of them were used.
class JpegLsBits {
 public:
  static constexpr unsigned ready = 48;  // bits, behind refill()

  // `scan`: what lies between SOS and the marker behind it.
  explicit JpegLsBits(std::span<const std::uint8_t> scan)
      : next_(scan.data()), end_(scan.data() + scan.size()) {}

  void refill() {
    if (count_ >= ready) return;
    if (end_ - next_ >= 8 && !after_ff_) {
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

  // How many zeros come before the next one. Those among the bits that are ready count.
  unsigned zeros() const { return static_cast<unsigned>(std::countl_zero(buffer_)); }
  // REQUIRES, as take(): so many bits are ready, and at most 63.
  void skip(unsigned bits) {
    buffer_ <<= bits;
    count_ -= bits;
  }
  // The next bits as a number. REQUIRES: at most 32.
  std::uint32_t take(unsigned bits) {
    const auto value = static_cast<std::uint32_t>(buffer_ >> 1 >> (63 - bits));
    skip(bits);
    return value;
  }

  bool overdrawn() const { return count_ < padding_; }
  // Nothing is left but zeros that fill the last byte.
  bool at_end() {
    refill();
    return next_ == end_ && !overdrawn() && count_ - padding_ < 8 && buffer_ == 0;
  }

 private:
  bool at_marker() const { return *next_ == 0xFF && (end_ - next_ < 2 || next_[1] >= 0x80); }

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
      after_ff_ = *next_ == 0xFF;
      ++next_;
    }
  }

  const std::uint8_t* next_;
  const std::uint8_t* end_;
  std::uint64_t buffer_ = 0;   // the next bits, left-aligned
  unsigned count_ = 0;         // how many of them are ready
  std::uint64_t padding_ = 0;  // how many zeros were ever added behind the end
  bool after_ff_ = false;      // the next byte holds seven bits
};

static_assert(std::endian::native == std::endian::little);

}  // namespace dcmflow
