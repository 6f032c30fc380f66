#include "stages/to_dicom/choose_image.h"

#include <gmock/gmock.h>

namespace dcmflow {
namespace {

using testing::HasSubstr;

VolumeClaim image(const std::string& file, double x = 0) {
  return {.file = file,
          .series = "1.2." + file,
          .grid = {.size = {4, 5, 6},
                   .spacing = {1, 2, 3},
                   .origin = {x, 0, 0},
                   .direction = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}}};
}

VolumeClaim prepared(const std::string& source) {
  auto claim = image("p.nii");
  claim.sources = {source};
  claim.grid.size = {8, 10, 18};
  claim.grid.spacing = {0.5, 1, 1};
  return claim;
}

std::string fault(const Result<LabelledImage>& chosen, Reason reason) {
  EXPECT_FALSE(chosen);
  if (chosen) return "";
  EXPECT_EQ(chosen.problem().reason, reason);
  return chosen.problem().detail;
}

TEST(ChooseImage, TakesTheOneOfTheGrid) {
  const std::vector images{image("a.nii"), image("b.nii", 10)};
  const auto chosen = choose_image(images, {}, images[1].grid, std::nullopt);
  ASSERT_TRUE(chosen);
  EXPECT_EQ(chosen->image->file, "b.nii");
  EXPECT_FALSE(chosen->is_resampled);
}

TEST(ChooseImage, TakesTheSourceOfAPreparedImage) {
  const std::vector images{image("a.nii"), image("b.nii", 10)};
  const std::vector made{prepared("a.nii")};
  const auto chosen = choose_image(images, made, made[0].grid, std::nullopt);
  ASSERT_TRUE(chosen);
  EXPECT_EQ(chosen->image->file, "a.nii");
  EXPECT_TRUE(chosen->is_resampled);
  EXPECT_DOUBLE_EQ(chosen->map.steps[0][0], 2);
  EXPECT_TRUE(choose_image(images, made, made[0].grid, "prepared/p.nii"));
  EXPECT_TRUE(choose_image(images, made, made[0].grid, "a.nii"));
  EXPECT_FALSE(choose_image(images, made, made[0].grid, "b.nii"));
}

TEST(ChooseImage, APreparedImageOfTheSameLatticeIsNoSecondOne) {
  const std::vector images{image("a.nii")};
  std::vector made{prepared("a.nii")};
  made[0].grid = images[0].grid;
  const auto chosen = choose_image(images, made, images[0].grid, std::nullopt);
  ASSERT_TRUE(chosen);
  EXPECT_FALSE(chosen->is_resampled);
}

TEST(ChooseImage, APreparedImageOfSeveralIsOfEach) {
  const std::vector images{image("a.nii"), image("b.nii", 10)};
  std::vector made{prepared("a.nii")};
  made[0].sources = {"a.nii", "b.nii"};
  EXPECT_THAT(fault(choose_image(images, made, made[0].grid, std::nullopt), Reason::bad_settings),
              HasSubstr("2 images"));
  EXPECT_TRUE(choose_image(images, made, made[0].grid, "b.nii"));
}

TEST(ChooseImage, AsksWhereSeveralFit) {
  const std::vector images{image("a.nii"), image("b.nii"), image("c.nii", 10)};
  EXPECT_THAT(fault(choose_image(images, {}, images[0].grid, std::nullopt), Reason::bad_settings),
              HasSubstr("2 images of the run have this grid, of series 1.2.a.nii, 1.2.b.nii;"));
  const auto chosen = choose_image(images, {}, images[0].grid, "b.nii");
  ASSERT_TRUE(chosen);
  EXPECT_EQ(chosen->image->file, "b.nii");
  EXPECT_THAT(fault(choose_image(images, {}, images[0].grid, "d.nii"), Reason::bad_settings),
              HasSubstr("lists no image d.nii"));
}

TEST(ChooseImage, LabelsOfOthersAreNoSource) {
  std::vector images{image("a.nii"), image("b.nii")};
  images[1].is_label = true;
  const auto chosen = choose_image(images, {}, images[0].grid, std::nullopt);
  ASSERT_TRUE(chosen);
  EXPECT_EQ(chosen->image->file, "a.nii");
  EXPECT_TRUE(choose_image(images, {}, images[0].grid, "b.nii"));
}

TEST(ChooseImage, TellsTheNearestOfTheSize) {
  const std::vector images{image("a.nii", 20), image("b.nii", 10)};
  EXPECT_THAT(
      fault(choose_image(images, {}, image("").grid, std::nullopt), Reason::labels_unusable),
      HasSubstr("the nearest image of this size, of series 1.2.b.nii, lies 10 mm off"));
  EXPECT_THAT(fault(choose_image(images, {}, image("").grid, "a.nii"), Reason::labels_unusable),
              HasSubstr("20 mm off"));
}

TEST(ChooseImage, TellsBothSizes) {
  const std::vector images{image("a.nii")};
  auto grid = images[0].grid;
  grid.size[2] = 7;
  EXPECT_THAT(fault(choose_image(images, {}, grid, std::nullopt), Reason::labels_unusable),
              HasSubstr("4 x 5 x 7 voxels, the images have 4 x 5 x 6"));
  EXPECT_THAT(fault(choose_image({}, {}, grid, std::nullopt), Reason::labels_unusable),
              HasSubstr("the run has no image"));
}

TEST(ChooseImage, AnImageThatLiesNowhereFitsNothing) {
  std::vector images{image("a.nii")};
  images[0].grid.is_placed = false;
  EXPECT_FALSE(choose_image(images, {}, images[0].grid, std::nullopt));
}

}  // namespace
}  // namespace dcmflow
