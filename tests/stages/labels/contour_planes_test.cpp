#include "stages/labels/contour_planes.h"

#include <gmock/gmock.h>

namespace dcmflow {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// 20 slices of 2 mm.
Grid grid() {
  return {.size = {32, 32, 20},
          .spacing = {1, 1, 2},
          .origin = {-16, -16, 100},
          .direction = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}};
}

std::vector<Vector3> square(double z) { return {{-5, -5, z}, {5, -5, z}, {5, 5, z}, {-5, 5, z}}; }

// Squares at places along the slices, in slices.
Result<ContourPlanes> planes_at(const std::vector<double>& places) {
  std::vector<std::vector<Vector3>> contours;
  for (const double place : places) contours.push_back(square(100 + 2 * place));
  return find_contour_planes(contours, grid(), {});
}

// The slices that show a plane.
std::vector<int> shown(const ContourPlanes& planes) {
  std::vector<int> slices;
  for (int k = 0; k < 20; ++k)
    if (planes.of_slice[static_cast<std::size_t>(k)] >= 0) slices.push_back(k);
  return slices;
}

TEST(ContourPlanes, GivesEachSliceItsPlane) {
  // Two contours in one plane, one of them twice.
  std::vector<std::vector<Vector3>> contours{square(110), square(106), square(108), square(108.02)};
  contours.push_back({{-2, -2, 108}, {2, -2, 108}, {2, 2, 108}});
  const auto planes = find_contour_planes(contours, grid(), {});
  ASSERT_TRUE(planes);
  EXPECT_THAT(shown(*planes), ElementsAre(3, 4, 5));
  EXPECT_EQ(planes->planes[1].size(), 2U);
  EXPECT_EQ(planes->repeated_contours, 1U);
  EXPECT_EQ(planes->planes_between + planes->slices_filled + planes->planes_left_out +
                planes->planes_outside + planes->slices_between,
            0U);
  EXPECT_NEAR(planes->planes[0][0][0][0], 11, 1e-9);
}

TEST(ContourPlanes, KeepsAGapOfASmallStructureEmptyAndTellsIt) {
  const auto planes = planes_at({3, 9});
  EXPECT_THAT(shown(*planes), ElementsAre(3, 9));
  EXPECT_EQ(planes->slices_between, 5U);
  EXPECT_EQ(planes->slices_filled, 0U);
}

TEST(ContourPlanes, FillsBetweenCoarsePlanesAsManySlicesAsTheyStandFor) {
  const auto third = planes_at({3, 6, 9});
  EXPECT_THAT(shown(*third), ElementsAre(2, 3, 4, 5, 6, 7, 8, 9, 10));
  EXPECT_EQ(third->slices_filled, 6U);
  EXPECT_THAT(std::vector(third->of_slice.begin() + 2, third->of_slice.begin() + 11),
              ElementsAre(0, 0, 0, 1, 1, 1, 2, 2, 2));
  // Of two planes at the same distance the upper one: two slices each.
  EXPECT_THAT(shown(*planes_at({4, 6, 8})), ElementsAre(3, 4, 5, 6, 7, 8));
}

TEST(ContourPlanes, LeavesALargerGapOfACoarseStructureEmpty) {
  const auto planes = planes_at({2, 4, 6, 14, 16});
  EXPECT_THAT(shown(*planes), ElementsAre(1, 2, 3, 4, 5, 6, 13, 14, 15, 16));
  EXPECT_EQ(planes->slices_between, 6U);
}

TEST(ContourPlanes, GivesPlanesBetweenSlicesOneSliceEach) {
  const auto planes = planes_at({3.5, 4.5, 5.5});
  EXPECT_THAT(shown(*planes), ElementsAre(3, 4, 5));
  EXPECT_EQ(planes->planes_between, 3U);
  EXPECT_EQ(planes->slices_filled, 0U);
  EXPECT_THAT(shown(*planes_at({3.3, 4.3, 5.3})), ElementsAre(3, 4, 5));
}

TEST(ContourPlanes, ShowsTheNearestOfDensePlanesNeverTwo) {
  const auto planes = planes_at({4, 4.25, 4.5, 4.75, 5});
  EXPECT_THAT(shown(*planes), ElementsAre(4, 5));
  EXPECT_EQ(planes->of_slice[4], 0);
  EXPECT_EQ(planes->of_slice[5], 4);
  EXPECT_EQ(planes->planes_left_out, 3U);
}

// Closer to each other than what coincides with a slice, and no plane is lost in another.
TEST(ContourPlanes, NeverTakesClosePlanesForOne) {
  auto thick = grid();
  thick.spacing[2] = 10;
  std::vector<std::vector<Vector3>> contours;
  for (const double z : {119.6, 120.0, 120.4, 120.8}) contours.push_back(square(z));
  const auto planes = find_contour_planes(contours, thick, {});
  ASSERT_TRUE(planes);
  EXPECT_THAT(shown(*planes), ElementsAre(2));
  EXPECT_EQ(planes->planes[static_cast<std::size_t>(planes->of_slice[2])].size(), 1U);
}

// On every second slice of 0.625 mm, with one decimal: gaps of 1.2 and 1.3 mm.
TEST(ContourPlanes, FillsBetweenCoarsePlanesWhosePlacesAreRounded) {
  auto thin = grid();
  thin.spacing[2] = 0.625;
  std::vector<std::vector<Vector3>> contours;
  for (const double z : {101.3, 102.5, 103.8, 105.0, 106.3}) contours.push_back(square(z));
  const auto planes = find_contour_planes(contours, thin, {});
  ASSERT_TRUE(planes);
  EXPECT_THAT(shown(*planes), ElementsAre(2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
  EXPECT_EQ(planes->slices_between, 0U);
}

TEST(ContourPlanes, TellsPlanesBeyondTheSlices) {
  const auto planes = planes_at({-4, -3, 0, 19, 22});
  EXPECT_THAT(shown(*planes), ElementsAre(0, 19));
  EXPECT_EQ(planes->planes_outside, 3U);
}

TEST(ContourPlanes, RefusesAContourAcrossTheSlices) {
  auto tilted = square(110);
  tilted[0][2] += 0.3;
  const auto planes =
      find_contour_planes(std::vector<std::vector<Vector3>>{square(104), tilted}, grid(), {});
  ASSERT_FALSE(planes);
  EXPECT_EQ(planes.problem().reason, Reason::contours_oblique);
  EXPECT_THAT(planes.problem().detail, AllOf(HasSubstr("0.3"), HasSubstr("at most 0.1")));
  tilted[0][2] = 110.05;  // what two decimals are rounded by
  EXPECT_TRUE(find_contour_planes(std::vector<std::vector<Vector3>>{tilted}, grid(), {}));
}

TEST(ContourPlanes, FollowsAnObliqueGrid) {
  auto oblique = grid();
  oblique.direction = {{{0, 1, 0}, {0, 0, 1}, {1, 0, 0}}};
  std::vector<Vector3> contour;
  for (const auto& [i, j] : {std::pair{2, 3}, {8, 3}, {8, 9}})
    contour.push_back(oblique.origin + Vector3{2.0 * 7, 1.0 * i, 1.0 * j});
  const auto planes = find_contour_planes(std::vector<std::vector<Vector3>>{contour}, oblique, {});
  ASSERT_TRUE(planes);
  EXPECT_THAT(shown(*planes), ElementsAre(7));
  EXPECT_NEAR(planes->planes[0][0][2][0], 8, 1e-9);
  EXPECT_NEAR(planes->planes[0][0][2][1], 9, 1e-9);
}

}  // namespace
}  // namespace dcmflow
