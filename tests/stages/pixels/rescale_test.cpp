#include "stages/pixels/rescale.h"

#include <gmock/gmock.h>

#include <cstring>

namespace dcmflow {
namespace {

template <class Stored>
std::vector<std::uint8_t> bytes_of(const std::vector<Stored>& values) {
  std::vector<std::uint8_t> bytes(values.size() * sizeof(Stored));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

PixelLayout layout_of(std::size_t columns, int allocated, int stored, int high_bit,
                      bool is_signed) {
  PixelLayout layout;
  layout.rows = 1;
  layout.columns = static_cast<std::uint16_t>(columns);
  layout.bits_allocated = static_cast<std::uint16_t>(allocated);
  layout.bits_stored = static_cast<std::uint16_t>(stored);
  layout.high_bit = static_cast<std::uint16_t>(high_bit);
  layout.is_signed = is_signed;
  return layout;
}

template <class Voxel>
constexpr VoxelType type_of = std::is_same_v<Voxel, std::int16_t>    ? VoxelType::int16
                              : std::is_same_v<Voxel, std::uint16_t> ? VoxelType::uint16
                              : std::is_same_v<Voxel, std::int32_t>  ? VoxelType::int32
                                                                     : VoxelType::float32;

template <class Voxel>
std::vector<Voxel> rescaled(const std::vector<std::uint8_t>& pixels, const PixelLayout& layout,
                            double slope = 1, double intercept = 0) {
  std::vector<Voxel> voxels(layout.columns);
  rescale(pixels, layout, slope, intercept, type_of<Voxel>,
          {reinterpret_cast<std::uint8_t*>(voxels.data()), voxels.size() * sizeof(Voxel)});
  return voxels;
}

TEST(Rescale, MasksToBitsStoredAndExtendsTheSign) {
  using testing::ElementsAre;
  // 12 bits of 16, junk above: 0xF801 holds 0x801.
  const auto pixels = bytes_of<std::uint16_t>({0xF801, 0x07FF, 0xFFFF});
  EXPECT_THAT(rescaled<std::int16_t>(pixels, layout_of(3, 16, 12, 11, false)),
              ElementsAre(0x801, 0x7FF, 0xFFF));
  EXPECT_THAT(rescaled<std::int16_t>(pixels, layout_of(3, 16, 12, 11, true)),
              ElementsAre(-2047, 2047, -1));
}

TEST(Rescale, ShiftsRightWhereTheHighBitIsNotTheLastOfBitsStored) {
  // 10 bits below High Bit 13: the value stands 4 bits up.
  const auto pixels = bytes_of<std::uint16_t>({0x3FF0, 0x0010, 0xC00F});
  EXPECT_THAT(rescaled<std::int16_t>(pixels, layout_of(3, 16, 10, 13, false)),
              testing::ElementsAre(1023, 1, 0));
  EXPECT_THAT(rescaled<std::int16_t>(pixels, layout_of(3, 16, 10, 13, true)),
              testing::ElementsAre(-1, 1, 0));
}

bool masks(const std::vector<std::uint16_t>& pixels, int stored, int high_bit, bool is_signed,
           double slope = 1, VoxelType type = VoxelType::int32) {
  std::vector<std::uint8_t> voxels(pixels.size() * 4);
  return rescale(bytes_of(pixels), layout_of(pixels.size(), 16, stored, high_bit, is_signed), slope,
                 0, type, voxels)
      .masked;
}

TEST(Rescale, TellsBitsThatAreNeitherOfTheValueNorItsSign) {
  for (const double slope : {1.0, 0.5})
    for (const auto type : {VoxelType::int32, VoxelType::float32}) {
      const auto told = [&](const std::vector<std::uint16_t>& pixels, bool is_signed) {
        return masks(pixels, 12, 11, is_signed, slope, type);
      };
      EXPECT_FALSE(told({0x0FFF, 0x0800, 0}, false));
      EXPECT_TRUE(told({0x0FFF, 0x1000, 0}, false));
      EXPECT_FALSE(told({0x0FFF, 0x0800, 0}, true)) << "a sign that is not extended";
      EXPECT_FALSE(told({0xFFFF, 0xF800, 7}, true)) << "a sign that is";
      EXPECT_TRUE(told({0xFFFF, 0x7800, 7}, true));
      EXPECT_TRUE(told({0x1001}, true));
    }
}

TEST(Rescale, TellsBitsBelowAValueThatBeginsHigherUp) {
  EXPECT_FALSE(masks({0x3FF0, 0x0010}, 10, 13, false));
  EXPECT_FALSE(masks({0xFFF0, 0x0010}, 10, 13, true)) << "the sign above";
  EXPECT_TRUE(masks({0x3FF0, 0x4010}, 10, 13, false));
  EXPECT_TRUE(masks({0x3FF0, 0x0018}, 10, 13, false));
}

TEST(Rescale, ConvertsEveryStoredWidth) {
  EXPECT_THAT(rescaled<std::int16_t>({0, 255}, layout_of(2, 8, 8, 7, false)),
              testing::ElementsAre(0, 255));
  EXPECT_THAT(rescaled<std::int16_t>({0x80, 0x7F}, layout_of(2, 8, 8, 7, true)),
              testing::ElementsAre(-128, 127));
  EXPECT_THAT(rescaled<std::int32_t>(bytes_of<std::int32_t>({-2000000000, 7}),
                                     layout_of(2, 32, 32, 31, true)),
              testing::ElementsAre(-2000000000, 7));
  EXPECT_THAT(
      rescaled<float>(bytes_of<std::uint32_t>({4294967295u}), layout_of(1, 32, 32, 31, false)),
      testing::ElementsAre(4294967296.0f));
}

TEST(Rescale, AppliesSlopeAndInterceptInDouble) {
  const auto pixels = bytes_of<std::int16_t>({-1, 0, 1000});
  const auto layout = layout_of(3, 16, 16, 15, true);
  EXPECT_THAT(rescaled<std::int16_t>(pixels, layout, 2, -1024),
              testing::ElementsAre(-1026, -1024, 976));
  EXPECT_THAT(rescaled<float>(pixels, layout, 0.1, 0.5), testing::ElementsAre(0.4f, 0.5f, 100.5f));
}

TEST(Rescale, TellsTheRangeThatDecidesTheType) {
  const auto pixels = bytes_of<std::uint16_t>({2, 40000});
  const auto layout = layout_of(2, 16, 16, 15, false);
  std::vector<std::uint8_t> voxels(8);
  const auto range = [&](double slope, double intercept) {
    return rescale(pixels, layout, slope, intercept, VoxelType::int32, voxels);
  };
  EXPECT_EQ(narrowest_type(range(1, 0)), VoxelType::uint16);
  EXPECT_EQ(narrowest_type(range(1, -20000)), VoxelType::int16);
  EXPECT_EQ(narrowest_type(range(1, -3)), VoxelType::int32);
  EXPECT_EQ(narrowest_type(range(0.3, 0)), VoxelType::float32);
  EXPECT_EQ(narrowest_type(range(0.5, 0)), VoxelType::int16);  // 1 and 20,000 are whole
  EXPECT_EQ(narrowest_type(range(1e6, 0)), VoxelType::float32);
}

TEST(Rescale, NeverHoldsNegativeValuesInUint16) {
  EXPECT_FALSE(holds(VoxelType::uint16, {-5, 100, true}));
  EXPECT_TRUE(holds(VoxelType::int16, {-5, 100, true}));
  EXPECT_EQ(narrowest_type(join({-5, 100, true}, {0, 40000, true})), VoxelType::int32);
}

}  // namespace
}  // namespace dcmflow
