#include "stages/labels/oblique_planes.h"

#include <gmock/gmock.h>

#include <numeric>

namespace dcmflow {
namespace {

using testing::HasSubstr;

// 12 × 10 × 8 voxels of 1 × 1.5 × 2 mm.
Grid grid() {
  return {.size = {12, 10, 8},
          .spacing = {1, 1.5, 2},
          .origin = {-5, 3, 20},
          .direction = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}};
}

Vector3 place(double i, double j, double k) { return {-5 + i, 3 + 1.5 * j, 20 + 2 * k}; }

// Rectangles across columns `first` to `last`, around rows 2 to 6 and slices 1 to 5.
std::vector<std::vector<Vector3>> sagittal(int first, int last, int step = 1) {
  std::vector<std::vector<Vector3>> contours;
  for (int i = first; i <= last; i += step)
    contours.push_back(
        {place(i, 1.5, 0.5), place(i, 6.5, 0.5), place(i, 6.5, 5.5), place(i, 1.5, 5.5)});
  return contours;
}

std::vector<std::uint16_t> filled(const ObliquePlanes& planes, std::uint32_t slice) {
  std::vector<std::uint16_t> cells(120, 7);
  fill_oblique(planes, 12, slice, cells);
  return cells;
}

TEST(ObliquePlanes, FillsTheBoxOfContoursAcrossTheColumns) {
  const auto planes = find_oblique_planes(sagittal(3, 8), grid(), {});
  ASSERT_TRUE(planes) << planes.problem().detail;
  for (std::uint32_t k = 0; k < 8; ++k) {
    const auto cells = filled(*planes, k);
    for (unsigned j = 0; j < 10; ++j)
      for (unsigned i = 0; i < 12; ++i)
        ASSERT_EQ(cells[j * 12 + i],
                  i >= 3 && i <= 8 && j >= 2 && j <= 6 && k >= 1 && k <= 5 ? 1 : 0)
            << i << ' ' << j << ' ' << k;
  }
  EXPECT_FALSE(planes->leaves);
}

TEST(ObliquePlanes, FillsBetweenCoarsePlanes) {
  const auto planes = find_oblique_planes(sagittal(2, 8, 3), grid(), {});
  ASSERT_TRUE(planes);
  const auto cells = filled(*planes, 3);
  for (unsigned i = 0; i < 12; ++i) EXPECT_EQ(cells[4 * 12 + i], i >= 1 && i <= 9 ? 1 : 0) << i;
}

TEST(ObliquePlanes, MakesHolesByTheEvenOddRule) {
  auto contours = sagittal(4, 6);
  contours.push_back(
      {place(5, 3.5, 2.5), place(5, 4.5, 2.5), place(5, 4.5, 3.5), place(5, 3.5, 3.5)});
  const auto planes = find_oblique_planes(contours, grid(), {});
  ASSERT_TRUE(planes);
  EXPECT_EQ(filled(*planes, 3)[4 * 12 + 5], 0);
  EXPECT_EQ(filled(*planes, 3)[4 * 12 + 4], 1);
  EXPECT_EQ(filled(*planes, 2)[4 * 12 + 5], 1);
}

TEST(ObliquePlanes, RefusesContoursInNoParallelPlanes) {
  auto contours = sagittal(3, 5);
  contours.push_back({place(1, 1, 1), place(5, 1, 1), place(5, 5, 1)});  // axial
  const auto planes = find_oblique_planes(contours, grid(), {});
  ASSERT_FALSE(planes);
  EXPECT_EQ(planes.problem().reason, Reason::contours_oblique);
  EXPECT_THAT(planes.problem().detail, HasSubstr("at most 0.1"));
}

TEST(ObliquePlanes, TakesNothingOfContoursWithoutAnAreaAndTellsWhatLeaves) {
  const auto line = find_oblique_planes(
      std::vector<std::vector<Vector3>>{{place(1, 1, 1), place(2, 1, 1), place(5, 1, 1)}}, grid(),
      {});
  ASSERT_TRUE(line);
  for (std::uint32_t k = 0; k < 8; ++k) {
    const auto cells = filled(*line, k);
    EXPECT_EQ(std::accumulate(cells.begin(), cells.end(), 0), 0);
  }
  const auto beyond = find_oblique_planes(sagittal(9, 14), grid(), {});
  ASSERT_TRUE(beyond);
  EXPECT_TRUE(beyond->leaves);
  EXPECT_EQ(filled(*beyond, 3)[4 * 12 + 11], 1);
}

}  // namespace
}  // namespace dcmflow
