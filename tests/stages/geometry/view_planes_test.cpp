#include "stages/geometry/view_planes.h"

#include <gmock/gmock.h>

namespace dcmflow {
namespace {

using testing::ElementsAre;

Grid grid_of(const Vector3& row, const Vector3& column) {
  return {.size = {4, 4, 4}, .spacing = {1, 1, 1}, .direction = {row, column, cross(row, column)}};
}

TEST(ViewPlanes, AnAxialScanIsShownAsItIsAndItsOtherPlanesUpright) {
  const auto planes = view_planes(grid_of({1, 0, 0}, {0, 1, 0}));
  EXPECT_EQ(planes[0].name, "axial");
  EXPECT_THAT(planes[0].axes, ElementsAre(0, 1));
  EXPECT_THAT(planes[0].is_reversed, ElementsAre(false, false));
  EXPECT_THAT(planes[0].letters, ElementsAre("R", "L", "A", "P"));
  EXPECT_EQ(planes[1].name, "coronal");
  EXPECT_THAT(planes[1].axes, ElementsAre(0, 2));
  EXPECT_THAT(planes[1].is_reversed, ElementsAre(false, true)) << "the last slice is at the top";
  EXPECT_THAT(planes[1].letters, ElementsAre("R", "L", "S", "I"));
  EXPECT_EQ(planes[2].name, "sagittal");
  EXPECT_THAT(planes[2].axes, ElementsAre(1, 2));
  EXPECT_THAT(planes[2].letters, ElementsAre("A", "P", "S", "I"));
}

// However a scan lies, what is shown at the left of an axial plane is the patient's right.
TEST(ViewPlanes, EveryOrientationIsShownTheSameWay) {
  const std::array<Vector3, 6> axes{Vector3{1, 0, 0}, {-1, 0, 0}, {0, 1, 0},
                                    {0, -1, 0},       {0, 0, 1},  {0, 0, -1}};
  int seen = 0;
  for (const auto& row : axes)
    for (const auto& column : axes) {
      if (dot(row, column) != 0) continue;
      ++seen;
      const Grid grid = grid_of(row, column);
      const auto planes = view_planes(grid);
      EXPECT_THAT(planes[0].letters, ElementsAre("R", "L", "A", "P"));
      EXPECT_THAT(planes[1].letters, ElementsAre("R", "L", "S", "I"));
      EXPECT_THAT(planes[2].letters, ElementsAre("A", "P", "S", "I"));
      const std::array<Vector3, 3> right{Vector3{1, 0, 0}, {1, 0, 0}, {0, 1, 0}};
      const std::array<Vector3, 3> down{Vector3{0, 1, 0}, {0, 0, -1}, {0, 0, -1}};
      for (std::size_t p = 0; p < 3; ++p) {
        const auto shown = [&](std::size_t i) {
          return grid.direction[planes[p].axes[i]] * (planes[p].is_reversed[i] ? -1 : 1);
        };
        EXPECT_EQ(shown(0), right[p]);
        EXPECT_EQ(shown(1), down[p]);
        EXPECT_EQ(planes[p].axes[0] + planes[p].axes[1] + planes[p].across, 3);
      }
    }
  EXPECT_EQ(seen, 24);
}

TEST(ViewPlanes, ObliqueEdgesNameAllTheirDirections) {
  const double c = std::cos(0.5), s = std::sin(0.5);
  const auto planes = view_planes(grid_of({c, s, 0}, {-s, c, 0}));
  EXPECT_THAT(planes[0].letters, ElementsAre("RA", "LP", "AL", "PR"));
  EXPECT_EQ(direction_letters({0.1, 0.2, -0.97}), "I");
  EXPECT_EQ(direction_letters({-0.5, 0.6, 0.62}), "SPR");
}

TEST(ViewPlanes, AnUnplacedGridHasNoNames) {
  auto grid = grid_of({1, 0, 0}, {0, 1, 0});
  grid.is_placed = false;
  for (const auto& plane : view_planes(grid)) {
    EXPECT_EQ(plane.name, "");
    EXPECT_THAT(plane.letters, ElementsAre("", "", "", ""));
    EXPECT_THAT(plane.is_reversed, ElementsAre(false, false));
  }
}

}  // namespace
}  // namespace dcmflow
