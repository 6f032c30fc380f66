#pragma once
// Where pairs of 16-bit pixels were last: the table of a PixelMatcher. For one thread; no Problems.

#include <array>
#include <cstddef>
#include <cstdint>

#include "stages/base/deflate/tokens.h"

namespace dcmflow::deflate {

inline constexpr std::size_t pixel = 2;                          // bytes
inline constexpr std::uint32_t window = farthest_match / pixel;  // pixels
inline constexpr std::size_t stretch_pixels = 2048;              // are looked up at a time, at most

// Two places, or two distances, the nearer in the low half.
using Pair = std::uint32_t;

// A place is the low 16 bits of a pixel's number, and its lowest 14 give a distance of 1 to
// `window` pixels. Pairs share a bucket where their hashes are equal.
class LastPlaces {
 public:
  // Forgets everything: both places of all pairs are the second pixel. `pixels` is how many there
  // will be; a small input would pay for a large table with its time and the cache.
  void start(std::size_t pixels);

  // The distances of each of `count` pairs (the first is of the pixels number `first` and `first` +
  // 1, at `at`; each next one begins a pixel later) to the last two places of its bucket, and its
  // own as the last. The same on every CPU; the second is the one for CPUs without wide registers.
  // REQUIRES: count <= stretch_pixels, and count + 1 pixels at `at`.
  void look_up(const std::uint8_t* at, std::uint32_t first, std::uint32_t count, Pair* distances);
  void look_up_narrow(const std::uint8_t* at, std::uint32_t first, std::uint32_t count,
                      Pair* distances);

 private:
  static constexpr unsigned most_bucket_bits = 17;

  void look_up_wide(const std::uint8_t* at, std::uint32_t first, std::uint32_t count,
                    Pair* distances);
  void exchange(const std::uint8_t* at, std::uint32_t first, std::uint32_t count, Pair* distances);

  unsigned bucket_bits_ = most_bucket_bits;  // of the table that the input fills
  std::array<Pair, std::size_t{1} << most_bucket_bits> places_;
  std::array<std::uint32_t, stretch_pixels> buckets_;  // of the pairs that are looked up
};

}  // namespace dcmflow::deflate
