#include "stages/pixels/cells.h"

#include <gmock/gmock.h>

#include <random>
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

}  // namespace
}  // namespace dcmflow
