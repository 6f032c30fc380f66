#pragma once
// Bits, lowest first, into a growing vector (RFC 1951 section 3.1.1). For one thread; no Problems.

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <utility>
#include <vector>

namespace dcmflow::deflate {

// Whoever writes says first how many bits it will write at most, so that writing itself never asks
// whether there is room.
class BitWriter {
 public:
  // What fits between two calls of flush().
  static constexpr unsigned most_bits_at_once = 56;

  explicit BitWriter(std::size_t expected_bytes) { bytes_.reserve(expected_bytes); }

  void make_room(std::uint64_t bits) {
    const std::size_t needed = used_ + bits / 8 + 2 * sizeof(pending_);
    if (bytes_.size() < needed) bytes_.resize(needed);
  }

  // REQUIRES: `value` has no bit beyond `count`.
  void add(std::uint64_t value, unsigned count) {
    pending_ |= value << count_;
    count_ += count;
  }
  void flush() {
    std::memcpy(bytes_.data() + used_, &pending_, sizeof(pending_));
    used_ += count_ >> 3;
    pending_ >>= count_ & ~7U;
    count_ &= 7;
  }
  void put(std::uint64_t value, unsigned count) {
    add(value, count);
    flush();
  }

  void align_to_byte() {
    count_ = (count_ + 7) & ~7U;
    flush();
  }
  // REQUIRES: aligned to a byte.
  void put_bytes(std::span<const std::uint8_t> bytes) {
    std::ranges::copy(bytes, bytes_.begin() + static_cast<std::ptrdiff_t>(used_));
    used_ += bytes.size();
  }

  std::vector<std::uint8_t> take() {
    bytes_.resize(used_);
    return std::move(bytes_);
  }

 private:
  std::vector<std::uint8_t> bytes_;
  std::size_t used_ = 0;
  std::uint64_t pending_ = 0;
  unsigned count_ = 0;
};

}  // namespace dcmflow::deflate
