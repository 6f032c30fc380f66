// The table of the last places of pairs of pixels.

#include "stages/base/deflate/last_places.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <random>
#include <vector>

namespace dcmflow::deflate {
namespace {

// Few values, so that pairs repeat, and long runs.
std::vector<std::uint8_t> make_pixels(std::size_t pixels, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::uint8_t> bytes;
  while (bytes.size() < pixels * pixel) {
    const auto run = random() % 20 == 0 ? random() % 300 : 1;
    const auto value = static_cast<std::uint8_t>(random() % 8);
    for (std::size_t i = 0; i < run; ++i) bytes.insert(bytes.end(), {value, 0x04});
  }
  bytes.resize(pixels * pixel);
  return bytes;
}

TEST(LastPlaces, AreTheSameOnEveryCpu) {
  const auto wide = std::make_unique<LastPlaces>();
  const auto narrow = std::make_unique<LastPlaces>();
  for (const std::size_t pixels : {2UL, 9UL, 2049UL, 70'001UL}) {
    const auto bytes = make_pixels(pixels, static_cast<unsigned>(pixels));
    wide->start(pixels);
    narrow->start(pixels);
    const auto pairs = static_cast<std::uint32_t>(pixels - 1);
    for (std::uint32_t first = 0; first < pairs; first += stretch_pixels) {
      const auto count = std::min<std::uint32_t>(stretch_pixels, pairs - first);
      std::vector<Pair> a(count);
      std::vector<Pair> b(count);
      wide->look_up(bytes.data() + pixel * first, first, count, a.data());
      narrow->look_up_narrow(bytes.data() + pixel * first, first, count, b.data());
      ASSERT_EQ(a, b) << pixels << " pixels, at " << first;
    }
  }
}

TEST(LastPlaces, AreTheLastTwoOfAPair) {
  const auto places = std::make_unique<LastPlaces>();
  // The pair (1, 2) at the pixels 2, 5 and 9; (7, 7) once.
  const std::vector<std::uint8_t> values{0, 3, 1, 2, 4, 1, 2, 7, 7, 1, 2, 5};
  std::vector<std::uint8_t> bytes;
  for (const auto value : values) bytes.insert(bytes.end(), {value, 0});
  places->start(values.size());
  std::vector<Pair> distances(values.size() - 1);
  places->look_up(bytes.data(), 0, static_cast<std::uint32_t>(distances.size()), distances.data());
  EXPECT_EQ(distances[9], (9U - 2U) << 16 | (9U - 5U));
  EXPECT_EQ(distances[5], (5U - 1U) << 16 | (5U - 2U));
  EXPECT_EQ(distances[2], (2U - 1U) << 16 | (2U - 1U));
}

}  // namespace
}  // namespace dcmflow::deflate
