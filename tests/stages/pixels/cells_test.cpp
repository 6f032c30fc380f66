#include "stages/pixels/cells.h"

#include <gmock/gmock.h>

#include <cstring>
#include <random>
#include <span>
#include <vector>

namespace dcmflow {
namespace {

std::uint8_t bit_of(const std::vector<std::uint8_t>& bytes, std::size_t bit) {
  return bit / 8 < bytes.size() ? bytes[bit / 8] >> bit % 8 & 1 : 0;
}

// Of any length, from any bit, and beyond the end.
TEST(UnpackCells, TakesEachBitWhereverItBegins) {
  std::mt19937 random(3);
  std::vector<std::uint8_t> packed(9);
  for (auto& byte : packed) byte = static_cast<std::uint8_t>(random());
  for (std::uint16_t columns = 1; columns < 40; ++columns)
    for (std::uint64_t first = 0; first < 50; ++first) {
      const PixelLayout layout{
          .rows = 1, .columns = columns, .bits_allocated = 1, .bits_stored = 1};
      std::vector<std::uint8_t> cells(columns, 9);
      unpack_cells(packed, first, layout, cells);
      for (std::size_t i = 0; i < columns; ++i)
        ASSERT_EQ(cells[i], bit_of(packed, first + i)) << columns << ' ' << first << ' ' << i;
    }
}

TEST(UnpackCells, TakesWiderCellsInTheSameOrder) {
  const PixelLayout layout{.rows = 1, .columns = 3, .bits_allocated = 12, .bits_stored = 12};
  const std::vector<std::uint8_t> packed{0x34, 0x12, 0xAB, 0xCD, 0x0E};
  std::vector<std::uint8_t> cells(6);
  unpack_cells(packed, 4, layout, cells);
  EXPECT_THAT(cells, testing::ElementsAre(0x23, 0x01, 0xAB, 0x0D, 0xEC, 0x00));
}

// A value of 6 bits, in cells of every width: zeros above it, its sign, and neither.
TEST(HasBitsOutside, HoldsForNeitherZerosNorTheSign) {
  for (const int bytes : {1, 2, 4})
    for (const bool is_signed : {false, true}) {
      const PixelLayout layout{.rows = 1,
                               .columns = 1,
                               .bits_allocated = static_cast<std::uint16_t>(8 * bytes),
                               .bits_stored = 6,
                               .high_bit = 5,
                               .is_signed = is_signed};
      const auto asked = [&](std::uint32_t cell) {
        std::vector<std::uint8_t> pixels(4);
        std::memcpy(pixels.data(), &cell, sizeof cell);
        return has_bits_outside(std::span(pixels).first(static_cast<std::size_t>(bytes)), layout);
      };
      EXPECT_FALSE(asked(0x3D));
      EXPECT_EQ(asked(0xFFFFFFFD), !is_signed);
      EXPECT_TRUE(asked(0x7D));
      EXPECT_TRUE(asked(0x41));
    }
}

}  // namespace
}  // namespace dcmflow
