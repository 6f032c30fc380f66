#include "stages/pixels/resample_slice.h"

#include <gmock/gmock.h>

#include <cstring>

#include "tests/support/instances.h"
#include "tests/support/temporary_folder.h"

namespace dcmflow {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;

constexpr double background = -7;

// Frames of two rows of three voxels, and the recipe of one slice on a grid of its own size.
class ResampleSlice : public testing::Test {
 protected:
  ResampleSlice() {
    add({0, 1, 2, 3, -1, -3});
    add({1, 2, 4, 4, -2, -8});
    stack.grid.size = {3, 2, 1};
  }

  void add(const std::vector<std::int32_t>& values) {
    const auto file = DicomBuilder()
                          .set("Rows", "2")
                          .set("Columns", "3")
                          .set("PixelRepresentation", "1")
                          .pixels16(values);
    const auto number = std::to_string(stack.frames.size());
    stack.frames.push_back(make_frame(decode_built(file, folder / (number + ".dcm")), 0));
  }

  template <class Voxel>
  std::vector<Voxel> made(const SliceRecipe& recipe, VoxelType type) {
    stack.recipes = {recipe};
    std::vector<Voxel> voxels(std::size_t{stack.grid.size[0]} * stack.grid.size[1]);
    std::vector<std::uint8_t> bytes(voxels.size() * sizeof(Voxel));
    FrameBuffers buffers;
    const auto made = SliceResampler(stack, type, background, buffers).make(0, bytes);
    EXPECT_TRUE(made) << made.problem().detail;
    if (made) range = *made;
    std::memcpy(voxels.data(), bytes.data(), bytes.size());
    return voxels;
  }

  TemporaryFolder folder;
  Stack stack;
  ValueRange range;
};

TEST_F(ResampleSlice, RoundsWhatIsBetweenTwoFramesToTheNearestAndHalvesToEven) {
  EXPECT_THAT(made<std::int16_t>({0, 1, 0.5}, VoxelType::int16), ElementsAre(0, 2, 3, 4, -2, -6));
  EXPECT_THAT(made<std::int16_t>({0, 1, 0.75}, VoxelType::int16), ElementsAre(1, 2, 4, 4, -2, -7));
  EXPECT_THAT(made<std::int32_t>({0, 1, 0.25}, VoxelType::int32), ElementsAre(0, 1, 2, 3, -1, -4));
}

TEST_F(ResampleSlice, KeepsThePartsOfRealVoxels) {
  EXPECT_THAT(made<float>({0, 1, 0.25}, VoxelType::float32),
              ElementsAre(0.25F, 1.25F, 2.5F, 3.25F, -1.25F, -4.25F));
}

TEST_F(ResampleSlice, MovesAFrameByWholeVoxelsAndShowsTheBackgroundBesideIt) {
  EXPECT_THAT(made<std::int16_t>({0, 0, 0, {1, 0}}, VoxelType::int16),
              ElementsAre(-7, 0, 1, -7, 3, -1));
  EXPECT_THAT(made<std::int16_t>({0, 0, 0, {0, -1}}, VoxelType::int16),
              ElementsAre(3, -1, -3, -7, -7, -7));
}

TEST_F(ResampleSlice, IsLinearBetweenVoxelsAndTheEdgeIsNotHalfBackground) {
  EXPECT_THAT(made<float>({0, 0, 0, {0.5, 0}}, VoxelType::float32),
              ElementsAre(0, 0.5F, 1.5F, 3, 1, -2));
  EXPECT_THAT(made<float>({0, 0, 0, {0, 0.25}}, VoxelType::float32),
              ElementsAre(0, 1, 2, 2.25F, -0.5F, -1.75F));
  EXPECT_THAT(made<float>({0, 0, 0, {0.5, 0.5}}, VoxelType::float32),
              ElementsAre(0, 0.5F, 1.5F, 1.5F, 0.75F, -0.25F));
}

TEST_F(ResampleSlice, HasTheBackgroundOnALargerGrid) {
  stack.grid.size = {4, 3, 1};
  const auto voxels = made<std::int16_t>({0, 0, 0, {0.5, 0}}, VoxelType::int16);
  EXPECT_THAT(voxels, ElementsAreArray({0, 0, 2, 2, 3, 1, -2, -3, -7, -7, -7, -7}));
  EXPECT_EQ(range.least, background);
  EXPECT_EQ(range.greatest, 3);
}

TEST_F(ResampleSlice, IsBackgroundWhereNoFrameIs) {
  EXPECT_THAT(made<std::int16_t>({SliceRecipe::no_frame, SliceRecipe::no_frame}, VoxelType::int16),
              ElementsAreArray(std::vector<int>(6, -7)));
  EXPECT_EQ(range.least, background);
}

}  // namespace
}  // namespace dcmflow
