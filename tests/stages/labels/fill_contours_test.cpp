#include "stages/labels/fill_contours.h"

#include <gmock/gmock.h>

#include <cmath>
#include <numbers>
#include <numeric>
#include <random>

namespace dcmflow {
namespace {

constexpr std::uint32_t columns = 12, rows = 10;

Polygon box(double left, double top, double right, double bottom) {
  return {{left, top}, {right, top}, {right, bottom}, {left, bottom}};
}

std::vector<std::uint16_t> filled(const std::vector<Polygon>& polygons) {
  std::vector<std::uint16_t> cells(std::size_t{columns} * rows, 7);
  fill_contours(polygons, columns, rows, cells);
  return cells;
}

unsigned count(const std::vector<std::uint16_t>& cells) {
  return std::accumulate(cells.begin(), cells.end(), 0U);
}

// Another way to the same rule: how many edges the ray to the left crosses.
bool is_inside(const std::vector<Polygon>& polygons, double x, double y) {
  bool inside = false;
  for (const auto& polygon : polygons)
    for (std::size_t n = 0; n < polygon.size(); ++n) {
      const auto &a = polygon[n], &b = polygon[(n + 1) % polygon.size()];
      if ((a[1] > y) == (b[1] > y)) continue;
      if (x > a[0] + (y - a[1]) * (b[0] - a[0]) / (b[1] - a[1])) inside = !inside;
    }
  return inside;
}

TEST(FillContours, TakesTheVoxelsWhoseCentresAreInside) {
  const auto cells = filled({box(1.5, 2.5, 4.5, 5.5)});
  EXPECT_EQ(count(cells), 9U);
  EXPECT_EQ(cells[3 * columns + 2], 1);
  EXPECT_EQ(cells[3 * columns + 1], 0);
  EXPECT_EQ(cells[3 * columns + 5], 0);
}

TEST(FillContours, GivesACentreOnAnEdgeToTheSideOfGreaterColumnsAndRows) {
  const auto cells = filled({box(2, 3, 5, 6)});
  EXPECT_EQ(count(cells), 9U);
  EXPECT_EQ(cells[3 * columns + 2], 1);
  EXPECT_EQ(cells[5 * columns + 4], 1);
  EXPECT_EQ(cells[3 * columns + 5], 0);
  EXPECT_EQ(cells[6 * columns + 2], 0);
}

TEST(FillContours, SharesNoVoxelBetweenStructuresThatShareAnEdge) {
  // A square, cut by a line through centres of voxels, either half drawn the other way round.
  const std::vector<Polygon> lower{{{1, 1}, {9, 9}, {1, 9}}}, upper{{{9, 9}, {9, 1}, {1, 1}}};
  const auto a = filled(lower), b = filled(upper), whole = filled({box(1, 1, 9, 9)});
  for (std::size_t i = 0; i < whole.size(); ++i) EXPECT_EQ(a[i] + b[i], whole[i]) << i;
  EXPECT_EQ(count(whole), 64U);
}

TEST(FillContours, HitsCentresInSpiteOfRounding) {
  constexpr double off = 1e-9;
  EXPECT_EQ(filled({box(2 + off, 3 - off, 5 - off, 6 + off)}), filled({box(2, 3, 5, 6)}));
}

TEST(FillContours, MakesHolesByTheEvenOddRuleWhicheverWayTheyTurn) {
  auto hole = box(3.5, 3.5, 5.5, 5.5);
  const auto cells = filled({box(1.5, 1.5, 7.5, 7.5), hole});
  EXPECT_EQ(count(cells), 36U - 4U);
  std::ranges::reverse(hole);
  EXPECT_EQ(filled({hole, box(1.5, 1.5, 7.5, 7.5)}), cells);
  // An island in the hole.
  EXPECT_EQ(count(filled({box(1.5, 1.5, 7.5, 7.5), hole, box(3.5, 3.5, 4.5, 4.5)})), 33U);
}

TEST(FillContours, LeavesNothingOfAKeyhole) {
  // One contour: the outer box, a channel in, the inner box the other way round, and back.
  const Polygon keyhole{{1.5, 1.5}, {1.5, 4}, {3.5, 4}, {3.5, 3.5}, {5.5, 3.5}, {5.5, 5.5},
                        {3.5, 5.5}, {3.5, 4}, {1.5, 4}, {1.5, 7.5}, {7.5, 7.5}, {7.5, 1.5}};
  EXPECT_EQ(filled({keyhole}), filled({box(1.5, 1.5, 7.5, 7.5), box(3.5, 3.5, 5.5, 5.5)}));
}

TEST(FillContours, CutsWhatLeavesTheSliceAndTells) {
  std::vector<std::uint16_t> cells(std::size_t{columns} * rows);
  EXPECT_TRUE(fill_contours(std::vector<Polygon>{box(-100, -100, 1e9, 1e9)}, columns, rows, cells));
  EXPECT_EQ(count(cells), columns * rows);
  EXPECT_TRUE(fill_contours(std::vector<Polygon>{box(20, 2, 30, 5)}, columns, rows, cells));
  EXPECT_EQ(count(cells), 0U);
  EXPECT_FALSE(fill_contours(std::vector<Polygon>{box(-0.5, -0.5, columns - 0.5, rows - 0.5)},
                             columns, rows, cells));
  EXPECT_EQ(count(cells), columns * rows);
}

TEST(FillContours, TakesNothingOfPolygonsWithoutAnInside) {
  EXPECT_EQ(count(filled({})), 0U);
  EXPECT_EQ(count(filled({{}, {{3, 3}}, {{1, 1}, {8, 8}}, {{2, 2}, {2, 2}, {2, 2}}})), 0U);
}

TEST(FillContours, AgreesWithThePointInPolygonTest) {
  std::mt19937 random(5);
  std::uniform_real_distribution<double> place(-3, 15);
  for (int trial = 0; trial < 300; ++trial) {
    std::vector<Polygon> polygons(1 + static_cast<std::size_t>(trial % 3));
    for (auto& polygon : polygons)
      for (int n = 0; n < 3 + trial % 20; ++n) polygon.push_back({place(random), place(random)});
    const auto cells = filled(polygons);
    for (std::uint32_t j = 0; j < rows; ++j)
      for (std::uint32_t i = 0; i < columns; ++i)
        ASSERT_EQ(cells[std::size_t{j} * columns + i], is_inside(polygons, i, j) ? 1 : 0)
            << trial << ": " << i << ", " << j;
  }
}

TEST(FillContours, DropsWhatIsDrawnOnceMoreWhicheverWay) {
  const Polygon once{{1, 1}, {8, 1.5}, {7, 6}, {2, 5}};
  Polygon rotated{once[2], once[3], once[0], once[1]};
  Polygon backwards(once.rbegin(), once.rend());
  Polygon closed = once, nearly = once, wider = once;
  closed.push_back(once.front());
  for (auto& point : nearly) point[0] += 0.0004;
  for (auto& point : wider) point[0] += 0.3;
  for (const auto& again : {once, rotated, backwards, closed, nearly}) {
    std::vector<Polygon> polygons{box(0, 0, 11, 9), once, again, wider};
    EXPECT_EQ(drop_repeats(polygons), 1U);
    EXPECT_EQ(polygons.size(), 3U);
    EXPECT_EQ(filled(polygons), filled({box(0, 0, 11, 9), once, wider}));
  }
  std::vector<Polygon> three{once, rotated, closed};
  EXPECT_EQ(drop_repeats(three), 2U);
  std::vector<Polygon> apart{once, wider, box(0, 0, 11, 9)};
  EXPECT_EQ(drop_repeats(apart), 0U);
}

}  // namespace
}  // namespace dcmflow
