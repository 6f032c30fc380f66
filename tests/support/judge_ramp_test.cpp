#include "tests/support/judge_ramp.h"

#include <gmock/gmock.h>

namespace dcmflow {
namespace {

using testing::HasSubstr;
using testing::Optional;

cases::ExpectedImage expected() {
  return {.size = {4, 3, 2},
          .origin = {1, 2, 3},
          .steps = {{{0.5, 0, 0}, {0, 0.75, 0}, {0, 0, 2}}},
          .offsets = {0, 40},
          .scaling = {10, 5},
          .tolerance = 0.5};
}

// An image that is as expected.
ReadImage image() {
  ReadImage image{.size = {4, 3, 2}, .volumes = 2, .spacing = {0.5, 0.75, 2}, .origin = {1, 2, 3}};
  for (std::size_t axis = 0; axis < 3; ++axis) image.direction[axis][axis] = 1;
  for (const double offset : {0, 40})
    for (std::size_t k = 0; k < 2; ++k)
      for (std::size_t j = 0; j < 3; ++j)
        for (std::size_t i = 0; i < 4; ++i)
          image.voxels.push_back(expected().scaling.value(image.position(i, j, k), offset));
  return image;
}

TEST(JudgeRamp, FindsNothingWrongWithATrueImage) {
  EXPECT_EQ(fault_of(image(), expected()), std::nullopt);
  EXPECT_TRUE(faults_of({image()}, {expected()}).empty());
}

TEST(JudgeRamp, SeesAVoxelThatIsOff) {
  auto wrong = image();
  wrong.voxels[17] += 0.6;
  EXPECT_THAT(fault_of(wrong, expected()), Optional(HasSubstr("voxel (1, 1, 1) of volume 0")));
}

TEST(JudgeRamp, SeesAnImageThatIsMovedAlongTheRampsLevels) {
  auto moved = image();
  moved.origin = {1 + 1.5, 2 - 1, 3};  // 2x + 3y + 5z is the same
  EXPECT_THAT(fault_of(moved, expected()), Optional(HasSubstr("outside of the image")));
}

TEST(JudgeRamp, SeesVolumesInTheWrongOrderUnlessAnyWillDo) {
  auto swapped = image();
  std::rotate(swapped.voxels.begin(), swapped.voxels.begin() + 24, swapped.voxels.end());
  EXPECT_THAT(fault_of(swapped, expected()), Optional(HasSubstr("voxel (0, 0, 0) of volume 0")));
  auto any_order = expected();
  any_order.any_order = true;
  EXPECT_EQ(fault_of(swapped, any_order), std::nullopt);
}

TEST(JudgeRamp, SeesASliceTooFew) {
  auto shorter = expected();
  shorter.size[2] = 3;
  EXPECT_THAT(fault_of(image(), shorter), Optional(HasSubstr("4 × 3 × 2 × 2")));
}

TEST(JudgeRamp, SeesAnImageTooMany) {
  EXPECT_THAT(faults_of({image(), image()}, {expected()}),
              testing::ElementsAre("2 images, expected 1"));
}

TEST(JudgeRamp, LeavesOutWhatLiesOutsideOfShearedSlices) {
  auto sheared = expected();
  sheared.is_sheared = true;
  sheared.size = {4, 2, 2};
  auto background = image();
  for (std::size_t volume = 0; volume < 2; ++volume)
    for (std::size_t k = 0; k < 2; ++k)
      for (std::size_t i = 0; i < 4; ++i)
        background.voxels[((volume * 2 + k) * 3 + 2) * 4 + i] = -1024;
  sheared.steps[1] = {0, 0.76, 0};  // rows 0 and, at the border, 1
  EXPECT_EQ(fault_of(background, sheared), std::nullopt);
}

}  // namespace
}  // namespace dcmflow
