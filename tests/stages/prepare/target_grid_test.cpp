#include "stages/prepare/target_grid.h"

#include <gmock/gmock.h>

#include "tests/support/written_image.h"

namespace dcmflow {
namespace {

using testing::ElementsAre;

Grid upright_grid(std::array<std::uint32_t, 3> size, const Vector3& spacing) {
  Grid grid;
  grid.size = size;
  grid.spacing = spacing;
  grid.origin = {10, 20, 30};
  grid.direction = {Vector3{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  return grid;
}

void expect_near(const Vector3& found, const Vector3& expected, double within) {
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(found[i], expected[i], within) << i;
}

// Where the field of a grid ends: the outer corner of its first and of its last voxel.
Vector3 first_corner(const Grid& grid) { return position_in(grid, {-0.5, -0.5, -0.5}); }

TEST(Orientation, IsThreeLettersOfThreeAxes) {
  for (const auto* good : {"LPS", "RAS", "SPL", "IAR"}) EXPECT_TRUE(is_orientation(good)) << good;
  for (const auto* bad : {"", "RA", "RASS", "RRS", "LRS", "ras", "XYZ", "RAI "})
    EXPECT_FALSE(is_orientation(bad)) << bad;
}

TEST(Orientation, OfAGridIsThatOfItsNearestAxes) {
  EXPECT_EQ(orientation_of(upright_grid({2, 3, 4}, {1, 1, 1})), "LPS");
  auto sagittal = upright_grid({2, 3, 4}, {1, 1, 1});
  sagittal.direction = {Vector3{0, 1, 0}, {0, 0, -1}, {-1, 0, 0}};
  EXPECT_EQ(orientation_of(sagittal), "PIR");
  EXPECT_EQ(orientation_of(oblique_grid({5, 6, 7})).size(), 3u);
  auto diagonal = upright_grid({2, 3, 4}, {1, 1, 1});
  const double c = std::sqrt(0.5);
  diagonal.direction = {Vector3{c, c, 0}, {-c, c, 0}, {0, 0, 1}};
  EXPECT_EQ(orientation_of(diagonal), "LPS");
}

// All 48 ways: each voxel is where it was, and none is missing.
TEST(Reorienting, MovesNoVoxel) {
  const auto grid = oblique_grid({3, 4, 5});
  int ways = 0;
  for (const char a : std::string("LRPASI"))
    for (const char b : std::string("LRPASI"))
      for (const char c : std::string("LRPASI")) {
        const std::string orientation{a, b, c};
        if (!is_orientation(orientation)) continue;
        ++ways;
        const auto turned = reoriented(grid, orientation);
        EXPECT_EQ(orientation_of(turned), orientation);
        EXPECT_EQ(turned.size[0] * turned.size[1] * turned.size[2], 60u);
        const auto map = index_map(turned, grid);
        for (std::size_t row = 0; row < 3; ++row) {
          double sum = 0;
          for (std::size_t column = 0; column < 3; ++column) {
            const double entry = std::abs(map.at[row][column]);
            EXPECT_TRUE(entry < 1e-12 || std::abs(entry - 1) < 1e-12) << orientation << entry;
            sum += entry;
          }
          EXPECT_NEAR(sum, 1, 1e-12);
        }
        const auto last = map({turned.size[0] - 1.0, turned.size[1] - 1.0, turned.size[2] - 1.0});
        for (std::size_t axis = 0; axis < 3; ++axis) {
          const double most = grid.size[axis] - 1.0;
          EXPECT_NEAR(std::abs(map.at[axis][3] - last[axis]), most, 1e-9) << orientation;
          EXPECT_NEAR(map.at[axis][3] + last[axis], most, 1e-9) << orientation;
        }
      }
  EXPECT_EQ(ways, 48);
}

TEST(Spacing, KeepsTheFirstCornerAndTheExtent) {
  const auto grid = oblique_grid({40, 30, 20});  // 28 × 24 × 50 mm
  const auto changed = *change_grid(grid, {.orient = {}, .spacing = Vector3{1.1, 1.1, 1.1}});
  EXPECT_THAT(changed.size, ElementsAre(25, 22, 45));
  expect_near(first_corner(changed), first_corner(grid), 1e-9);
  EXPECT_EQ(changed.direction, grid.direction);
}

TEST(Spacing, OfHalfAVoxelTooManyMakesNoVoxelOutside) {
  const auto changed =
      *change_grid(upright_grid({5, 5, 5}, {1, 1, 1}), {.orient = {}, .spacing = Vector3{2, 2, 2}});
  EXPECT_THAT(changed.size, ElementsAre(2, 2, 2));
  const auto one = *change_grid(upright_grid({5, 5, 5}, {1, 1, 1}),
                                {.orient = {}, .spacing = Vector3{100, 0, 2.5}});
  EXPECT_THAT(one.size, ElementsAre(1, 5, 2));
  EXPECT_THAT(one.spacing, ElementsAre(100, 1, 2.5));
}

// What tests on a grid of mm cannot show: the last centre lies within the field for any spacing.
TEST(Spacing, LeavesEveryCentreWithinTheField) {
  for (std::uint32_t count = 1; count < 40; ++count)
    for (const double spacing : {0.3, 0.49999, 0.5, 0.7, 1.0, 1.1, 1.5, 2.0, 3.0, 7.0}) {
      const auto grid = upright_grid({count, count, count}, {0.7, 1, 1.3});
      const auto changed =
          *change_grid(grid, {.orient = {}, .spacing = Vector3{spacing, spacing, spacing}});
      const auto map = index_map(changed, grid);
      const auto last = map({changed.size[0] - 1.0, changed.size[1] - 1.0, changed.size[2] - 1.0});
      for (std::size_t axis = 0; axis < 3; ++axis)
        if (changed.size[axis] > 1) {
          EXPECT_LT(last[axis], count - 0.5 - 1e-9) << count << ' ' << spacing;
        }
    }
}

TEST(Spacing, ThatMakesTooManyVoxelsIsRefused) {
  const auto refused =
      change_grid(upright_grid({512, 512, 512}, {1, 1, 1}), {.spacing = Vector3{1e-4, 1, 1}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.problem().reason, Reason::not_prepared);
  EXPECT_THAT(refused.problem().detail, testing::HasSubstr("0.0001"));
}

TEST(Cropping, KeepsTheMiddle) {
  const auto grid = upright_grid({10, 11, 4}, {1, 2, 3});
  const auto changed = *change_grid(grid, {.crop = VoxelCounts{6, 6, 8}});
  EXPECT_THAT(changed.size, ElementsAre(6, 6, 4));
  // 4 of 10 go, 2 on either side; 5 of 11, the one more at the end.
  expect_near(changed.origin, {12, 24, 30}, 1e-12);
}

TEST(Padding, KeepsTheMiddle) {
  const auto grid = upright_grid({10, 11, 4}, {1, 2, 3});
  const auto changed = *change_grid(grid, {.pad = VoxelCounts{14, 16, 2}});
  EXPECT_THAT(changed.size, ElementsAre(14, 16, 4));
  expect_near(changed.origin, {8, 16, 30}, 1e-12);
}

TEST(Changes, AreAppliedToTheAxesAsTheyGoThen) {
  const auto grid = upright_grid({10, 20, 40}, {1, 2, 0.5});  // 10 × 40 × 20 mm
  const auto changed = *change_grid(grid, {.orient = "SPL",
                                           .spacing = Vector3{1, 4, 2},
                                           .crop = VoxelCounts{16, 0, 0},
                                           .pad = VoxelCounts{0, 0, 9}});
  EXPECT_THAT(changed.size, ElementsAre(16, 10, 9));
  EXPECT_EQ(orientation_of(changed), "SPL");
}

TEST(Grids, AreTheSameWithinAPartOfAVoxel) {
  const auto grid = oblique_grid({10, 11, 12});
  auto moved = grid;
  moved.origin = moved.origin + grid.direction[2] * 0.01;
  EXPECT_TRUE(is_same_grid(grid, moved, 0.01));
  EXPECT_FALSE(is_same_grid(grid, moved, 0.001));
  auto wider = grid;
  wider.spacing[0] *= 1.01;
  EXPECT_FALSE(is_same_grid(grid, wider, 0.01));
  EXPECT_FALSE(is_same_grid(grid, oblique_grid({10, 11, 13}), 1));
}

TEST(Grids, AreOrthogonalOrNot) {
  auto grid = oblique_grid({10, 11, 12});
  EXPECT_TRUE(is_orthogonal(grid));
  grid.direction[2] = normalised(grid.direction[2] + grid.direction[1] * 0.01);
  EXPECT_FALSE(is_orthogonal(grid));
  EXPECT_FALSE(is_orthogonal(Grid()));
}

}  // namespace
}  // namespace dcmflow
