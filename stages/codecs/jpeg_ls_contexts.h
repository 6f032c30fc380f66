#pragma once
// What a JPEG-LS decoder learns from the errors of its predictions (ISO/IEC 14495-1 A.5 to A.7).
// The innermost loop of the decoder, hence inline. Pure.

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstdlib>

namespace dcmflow {

// The least k with count · 2^k ≥ sum (A.5.1).
inline std::int32_t golomb_bits(std::int32_t sum, std::int32_t count) {
  const auto width = [](std::int32_t value) {
    return static_cast<std::int32_t>(std::bit_width(static_cast<std::uint32_t>(value)));
  };
  const std::int32_t least = std::max(width(sum) - width(count), 0);
  return least + static_cast<std::int32_t>((count << least) < sum);
}

// -1 where a value is negative, else 0; and a value, negated where `sign` is -1.
inline std::int32_t sign_of(std::int32_t value) { return value >> 31; }
inline std::int32_t negate_by(std::int32_t value, std::int32_t sign) {
  return (value ^ sign) - sign;
}

// What is known of the errors of pixels with the same gradients around them (A.6).
struct JpegLsContext {
  static constexpr std::int32_t least_correction = -128, greatest_correction = 127;  // A.6.2

  std::int32_t sum = 0;                    // A: of their sizes
  std::int32_t bias = 0;                   // B
  std::int16_t correction = 0, count = 1;  // C, N
  std::int8_t golomb = 0;                  // k of the next error
  std::int8_t is_turned = 0;  // -1: which of two errors has the shorter code is exchanged

  // Without a branch: what an error does is as hard to foresee as the error.
  [[gnu::always_inline]] void learn(std::int32_t error, std::int32_t reset) {
    std::int32_t n = count, b = bias + error;
    sum += std::abs(error);
    if (n == reset) {
      sum >>= 1;
      b >>= 1;
      n >>= 1;
    }
    ++n;
    const std::int32_t is_low = sign_of(b + n - 1), is_high = sign_of(-b);
    correction = static_cast<std::int16_t>(
        std::clamp(correction - is_high + is_low, least_correction, greatest_correction));
    bias = std::clamp(b + (n & is_low) - (n & is_high), 1 - n, 0);
    count = static_cast<std::int16_t>(n);
    golomb = static_cast<std::int8_t>(golomb_bits(sum, n));
    is_turned = static_cast<std::int8_t>(-static_cast<int>(golomb == 0 && 2 * bias <= -n));
  }
};

// The same of the pixels that end a run (A.7.2).
struct JpegLsRunContext {
  std::int32_t sum = 0, count = 1, negative = 0;  // A, N, Nn

  void learn(std::uint32_t mapped, bool is_equal, bool is_negative, std::int32_t reset) {
    negative += static_cast<std::int32_t>(is_negative);
    sum += (static_cast<std::int32_t>(mapped) + 1 - static_cast<std::int32_t>(is_equal)) >> 1;
    if (count == reset) {
      sum >>= 1;
      count >>= 1;
      negative >>= 1;
    }
    ++count;
  }
};

}  // namespace dcmflow
