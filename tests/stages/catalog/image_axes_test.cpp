#include "stages/catalog/image_axes.h"

#include <gtest/gtest.h>

namespace dcmflow {
namespace {

TEST(ImageAxes, AreThoseOfTheVoxelsWhicheverHandTheyAreOf) {
  const Vector3 direction{0.48, -0.6, 0.64};
  Grid grid;
  grid.direction = {{{0, 1, 0}, {1, 0, 0}, {0, 0, -1}}};
  EXPECT_EQ(in_image_axes(direction, grid), (Vector3{-0.6, 0.48, -0.64}));
  grid.direction[2] = {0, 0, 1};  // left-handed
  EXPECT_EQ(in_image_axes(direction, grid), (Vector3{-0.6, 0.48, 0.64}));
}

// A gantry's tilt: the slices step aside, and the length of the direction stays.
TEST(ImageAxes, OfAShearedGridAreUpright) {
  Grid grid;
  grid.direction = {{{1, 0, 0}, {0, 1, 0}, {0, 0.6, 0.8}}};
  EXPECT_EQ(in_image_axes({0, 0, 1}, grid), (Vector3{0, 0, 1}));
}

}  // namespace
}  // namespace dcmflow
