#include "stages/base/deflate/last_places.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "stages/base/cpu.h"

namespace dcmflow::deflate {

void LastPlaces::start(std::size_t pixels) {
  bucket_bits_ = std::clamp(static_cast<unsigned>(std::bit_width(pixels)), 8U, most_bucket_bits);
  // The second pixel, a place like any other.
  std::fill_n(places_.begin(), std::size_t{1} << bucket_bits_, 0x0001'0001);
}

// In three passes: the compiler does the first and the last for several pairs at a time, and none
// of the second waits for a hash.
[[gnu::always_inline]] inline void LastPlaces::exchange(const std::uint8_t* at, std::uint32_t first,
                                                        std::uint32_t count, Pair* distances) {
  const unsigned shift = 32 - bucket_bits_;
  for (std::uint32_t i = 0; i < count; ++i) {
    std::uint32_t pixels = 0;
    std::memcpy(&pixels, at + pixel * i, sizeof pixels);
    buckets_[i] = pixels * 0x9E37'79B1U >> shift;
  }
  for (std::uint32_t i = 0; i < count; ++i) {
    Pair& bucket = places_[buckets_[i]];
    distances[i] = bucket;
    bucket = bucket << 16 | ((first + i) & 0xffff);
  }
  // (place - before - 1) modulo the window, plus 1, in both halves at once: the bit above the
  // window's takes the borrow.
  constexpr Pair halves = 0x0001'0001;
  constexpr std::uint32_t in_window = window - 1;
  for (std::uint32_t i = 0; i < count; ++i) {
    const Pair here = (((first + i - 1) & in_window) | 0x8000) * halves;
    distances[i] = ((here - (distances[i] & in_window * halves)) & in_window * halves) + halves;
  }
}

void LastPlaces::look_up_narrow(const std::uint8_t* at, std::uint32_t first, std::uint32_t count,
                                Pair* distances) {
  exchange(at, first, count, distances);
}

#ifdef __x86_64__
[[gnu::target("avx2")]] void LastPlaces::look_up_wide(const std::uint8_t* at, std::uint32_t first,
                                                      std::uint32_t count, Pair* distances) {
  exchange(at, first, count, distances);
}
#endif

void LastPlaces::look_up(const std::uint8_t* at, std::uint32_t first, std::uint32_t count,
                         Pair* distances) {
#ifdef __x86_64__
  if (has_avx2) return look_up_wide(at, first, count, distances);
#endif
  look_up_narrow(at, first, count, distances);
}

}  // namespace dcmflow::deflate
