#include "stages/to_dicom/match_grid.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace dcmflow {
namespace {

Grid oblique_grid() {
  const double c = std::cos(0.4), s = std::sin(0.4);
  return {.size = {5, 4, 3},
          .spacing = {0.7, 0.9, 2.5},
          .origin = {-12.25, 31.5, -43.75},
          .direction = {{{c, s, 0}, {-s * c, c * c, s}, {s * s, -c * s, c}}}};
}

// The same lattice with axis a of the new grid along axis order[a], turned round where asked.
Grid reordered(const Grid& grid, const std::array<std::size_t, 3>& order, unsigned turned) {
  Grid made = grid;
  for (std::size_t a = 0; a < 3; ++a) {
    const auto from = order[a];
    made.size[a] = grid.size[from];
    made.spacing[a] = grid.spacing[from];
    made.direction[a] = grid.direction[from];
    if ((turned >> a & 1) == 0) continue;
    made.direction[a] = grid.direction[from] * -1;
    made.origin =
        made.origin + grid.direction[from] * (grid.spacing[from] * (grid.size[from] - 1.0));
  }
  return made;
}

Vector3 place(const Grid& grid, std::size_t i, std::size_t j, std::size_t k) {
  return grid.origin + grid.direction[0] * (grid.spacing[0] * static_cast<double>(i)) +
         grid.direction[1] * (grid.spacing[1] * static_cast<double>(j)) +
         grid.direction[2] * (grid.spacing[2] * static_cast<double>(k));
}

// A value that says where a voxel lies.
std::vector<double> places_of(const Grid& grid) {
  std::vector<double> values;
  for (std::size_t k = 0; k < grid.size[2]; ++k)
    for (std::size_t j = 0; j < grid.size[1]; ++j)
      for (std::size_t i = 0; i < grid.size[0]; ++i)
        values.push_back(dot(place(grid, i, j, k), {2, 3, 5}));
  return values;
}

std::vector<double> sampled(const Grid& image, const Grid& labels, const LatticeMap& map) {
  const auto values = places_of(labels);
  return sample_nearest(std::span<const double>(values), labels, image, map, -1e9);
}

void expect_same(const std::vector<double>& found, const std::vector<double>& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], 1e-6) << i;
}

TEST(MatchGrid, EachOrderAndDirectionOfTheAxesIsTheSameLattice) {
  const Grid image = oblique_grid();
  std::array<std::size_t, 3> order{0, 1, 2};
  do {
    for (unsigned turned = 0; turned < 8; ++turned) {
      const Grid labels = reordered(image, order, turned);
      const auto match = match_grid(image, labels);
      ASSERT_TRUE(match.map) << match.distance_mm;
      EXPECT_LT(match.distance_mm, 1e-9);
      expect_same(sampled(image, labels, *match.map), places_of(image));
      // The general map is that one, but for what numbers round.
      const auto map = map_lattice(image, labels);
      ASSERT_TRUE(map);
      expect_same(sampled(image, labels, *map), places_of(image));
    }
  } while (std::ranges::next_permutation(order).found);
}

TEST(MatchGrid, TellsHowFarAnotherGridLiesOff) {
  const Grid image = oblique_grid();
  Grid labels = image;
  labels.origin = labels.origin + Vector3{3, 4, 0};
  const auto match = match_grid(image, labels);
  EXPECT_TRUE(match.has_size);
  EXPECT_FALSE(match.map);
  EXPECT_NEAR(match.distance_mm, 5, 1e-9);
}

TEST(MatchGrid, TakesWhatSinglePrecisionRounds) {
  const Grid image = oblique_grid();
  Grid labels = image;
  for (std::size_t a = 0; a < 3; ++a)
    for (std::size_t b = 0; b < 3; ++b)
      labels.direction[a][b] = static_cast<float>(labels.direction[a][b]);
  EXPECT_TRUE(match_grid(image, labels).map);
  labels.origin[0] += 0.9 * lattice_tolerance * 0.7;
  EXPECT_TRUE(match_grid(image, labels).map);
  labels.origin[0] += 0.2 * lattice_tolerance * 0.7;
  EXPECT_FALSE(match_grid(image, labels).map);
}

TEST(MatchGrid, AnotherSizeIsAnotherGrid) {
  const Grid image = oblique_grid();
  Grid labels = image;
  labels.size[1] = 5;
  EXPECT_FALSE(match_grid(image, labels).has_size);
}

TEST(MatchGrid, NumbersThatAreNoneFitNothing) {
  const Grid image = oblique_grid();
  for (const double bad : {std::nan(""), HUGE_VAL, 0.0}) {
    Grid labels = image;
    labels.direction[1] = {bad, bad, bad};
    EXPECT_FALSE(match_grid(image, labels).map) << bad;
    EXPECT_FALSE(map_lattice(image, labels)) << bad;
  }
}

TEST(SampleNearest, TakesTheNearestAndNothingFromOutside) {
  const Grid image{
      .size = {4, 1, 1}, .spacing = {1, 1, 1}, .direction = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}};
  Grid labels = image;
  labels.size = {2, 1, 1};
  labels.spacing[0] = 2;
  labels.origin[0] = 1.4;  // its voxels reach from 0.4 to 4.4
  const auto map = map_lattice(image, labels);
  ASSERT_TRUE(map);
  const std::vector<int> values{7, 8};
  EXPECT_EQ(sample_nearest(std::span<const int>(values), labels, image, *map, 0),
            (std::vector<int>{0, 7, 7, 8}));
}

TEST(SampleNearest, TakesTheUpperOfTwoThatAreAsNear) {
  const Grid image{
      .size = {2, 1, 1}, .spacing = {1, 1, 1}, .direction = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}};
  Grid labels = image;
  labels.size = {3, 1, 1};
  labels.origin[0] = -0.5;
  const auto map = map_lattice(image, labels);
  ASSERT_TRUE(map);
  const std::vector<int> values{1, 2, 3};
  EXPECT_EQ(sample_nearest(std::span<const int>(values), labels, image, *map, 0),
            (std::vector<int>{2, 3}));
}

}  // namespace
}  // namespace dcmflow
