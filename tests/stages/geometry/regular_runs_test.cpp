#include "stages/geometry/regular_runs.h"

#include <gmock/gmock.h>

namespace dcmflow {
namespace {

using testing::ElementsAre;

// Each run as its slices.
std::vector<std::uint32_t> lengths(const std::vector<SlabRange>& runs) {
  std::vector<std::uint32_t> lengths;
  std::uint32_t next = 0;
  for (const auto& run : runs) {
    EXPECT_EQ(run.first_slice, next);
    next += run.slices;
    lengths.push_back(run.slices);
  }
  return lengths;
}

std::vector<std::uint32_t> runs_of(const std::vector<double>& positions) {
  return lengths(regular_runs(positions, Tolerances{}));
}

std::vector<std::uint32_t> images_of(const std::vector<double>& positions,
                                     const ImageOptions& options = {}) {
  return lengths(image_runs(positions, Tolerances{}, options));
}

// `count` slices from `first` on.
std::vector<double> even(double first, double gap, int count) {
  std::vector<double> positions;
  for (int k = 0; k < count; ++k) positions.push_back(first + k * gap);
  return positions;
}

std::vector<double> joined(std::vector<double> a, const std::vector<double>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

TEST(RegularRuns, EndWhereTheGapChanges) {
  EXPECT_THAT(runs_of({0, 5.5, 6.5, 7.5, 10, 12.5, 15}), ElementsAre(1, 2, 4));
  EXPECT_THAT(runs_of({0, 5, 10, 15, 16, 17, 18, 23, 28, 33}), ElementsAre(4, 3, 3));
  EXPECT_THAT(runs_of({0, 1, 2, 3, 4}), ElementsAre(5));
}

TEST(RegularRuns, TakeNoSliceOfALongerOneIntoAPair) {
  EXPECT_THAT(runs_of(joined({0}, even(7.5, 1, 30))), ElementsAre(1, 30));
  EXPECT_THAT(runs_of(joined(even(0, 1, 7), {6.6})), ElementsAre(7, 1));
}

TEST(ImageRuns, KeepAStraySliceFromAGoodStackAndZonesFromEachOther) {
  EXPECT_THAT(images_of(joined({0}, even(7.5, 1, 30))), ElementsAre(1, 30));
  EXPECT_THAT(images_of(joined(even(0, 1, 30), {150})), ElementsAre(30, 1));
  EXPECT_THAT(images_of(joined(even(0, 3, 8), even(28, 7, 6))), ElementsAre(8, 6));
  EXPECT_THAT(images_of({0, 5, 10, 15, 16, 17, 18, 23, 28, 33}), ElementsAre(4, 3, 3));
}

TEST(ImageRuns, AreOneWhereAllSlicesMakeAGridOrNoRunIsAStack) {
  EXPECT_THAT(images_of({0, 1, 2, 4, 5}), ElementsAre(5));
  EXPECT_THAT(images_of({0, 5, 6, 7, 8, 9, 10, 15}), ElementsAre(8));
  EXPECT_THAT(images_of({0, 1, 2, 13}), ElementsAre(4));
  EXPECT_THAT(images_of({0, 2, 4.9, 6.9, 8.9, 12.3}), ElementsAre(6));
}

TEST(ImageRuns, HaveTwoAndAHalfSlicesEachAtTheLeast) {
  EXPECT_THAT(images_of({0, 1, 2, 3, 4.4, 5.4, 6.8, 7.8, 9.2, 10.2}), ElementsAre(4, 2, 2, 2));
  EXPECT_THAT(images_of({0, 1, 2, 3, 4.4, 5.4, 6.8, 7.8, 9.2}), ElementsAre(9));
}

TEST(ImageRuns, AreOfMissingSlicesWhereMoreAreMissingThanThereAre) {
  const auto stack = joined(even(0, 1, 7), {7.4, 8.4});
  const ImageOptions no_filling{.on_missing = OnMissing::reject};
  EXPECT_THAT(images_of(joined(stack, {19.4}), no_filling), ElementsAre(7, 2, 1));  // 10 of 20
  EXPECT_THAT(images_of(joined(stack, {20.4}), no_filling), ElementsAre(10));       // 11 of 21
}

TEST(ImageRuns, FollowTheOptions) {
  const auto stray = joined({0}, even(7.5, 1, 30));
  EXPECT_THAT(images_of(stray, {.strict = true}), ElementsAre(31));
  EXPECT_THAT(images_of(stray, {.on_irregular = OnIrregular::keep}), ElementsAre(31));
  EXPECT_THAT(images_of({0, 1, 2, 4, 5}, {.on_missing = OnMissing::split}), ElementsAre(3, 2));
  EXPECT_THAT(images_of({0, 2, 4.9, 6.9, 8.9, 12.3}, {.on_irregular = OnIrregular::split}),
              ElementsAre(2, 3, 1));
}

}  // namespace
}  // namespace dcmflow
