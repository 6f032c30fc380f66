#include "stages/labels/fill_contours.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

namespace dcmflow {
namespace {

double rounded(double coordinate) {
  constexpr double steps = 1 << 20;
  return std::round(coordinate * steps) / steps;
}

// The first of the numbers from 0 to `most` that is not below the coordinate.
std::uint32_t first_behind(double coordinate, std::uint32_t most) {
  return static_cast<std::uint32_t>(
      std::clamp(std::ceil(coordinate), 0.0, static_cast<double>(most)));
}

// Every row that the edge crosses changes sides at the first voxel behind it. Edges are walked from
// their lesser end, so that one that two structures share, either way, is one.
void cross_rows(std::array<double, 2> from, std::array<double, 2> to, std::uint32_t columns,
                std::uint32_t rows, std::span<std::uint16_t> cells) {
  if (std::pair(from[1], from[0]) > std::pair(to[1], to[0])) std::swap(from, to);
  const auto end = first_behind(to[1], rows);
  for (auto j = first_behind(from[1], rows); j < end; ++j) {
    const double x = from[0] + (j - from[1]) * ((to[0] - from[0]) / (to[1] - from[1]));
    const auto i = first_behind(x, columns);
    if (i < columns) cells[std::size_t{j} * columns + i] ^= 1U;
  }
}

bool is_beyond(double coordinate, std::uint32_t count) {
  return coordinate < -0.5 || coordinate > count - 0.5;
}

}  // namespace

std::size_t drop_repeats(std::vector<Polygon>& polygons) {
  std::ranges::sort(polygons);
  const auto repeats = std::unique(polygons.begin(), polygons.end());
  const auto count = static_cast<std::size_t>(polygons.end() - repeats);
  polygons.erase(repeats, polygons.end());
  return count;
}

bool fill_contours(std::span<const Polygon> polygons, std::uint32_t columns, std::uint32_t rows,
                   std::span<std::uint16_t> cells) {
  std::ranges::fill(cells, std::uint16_t{0});
  bool leaves = false;
  double least = rows, greatest = 0;
  for (const auto& polygon : polygons) {
    if (polygon.empty()) continue;
    std::array last{rounded(polygon.back()[0]), rounded(polygon.back()[1])};
    for (const auto& point : polygon) {
      const std::array next{rounded(point[0]), rounded(point[1])};
      cross_rows(last, next, columns, rows, cells);
      leaves |= is_beyond(next[0], columns) || is_beyond(next[1], rows);
      least = std::min(least, next[1]);
      greatest = std::max(greatest, next[1]);
      last = next;
    }
  }
  // From left to right each change turns outside to inside and back.
  const auto end = first_behind(std::floor(greatest) + 1, rows);
  for (auto j = first_behind(least, rows); j < end; ++j) {
    auto row = cells.subspan(std::size_t{j} * columns, columns);
    std::uint16_t inside = 0;
    for (auto& cell : row) cell = inside ^= cell;
  }
  return leaves;
}

}  // namespace dcmflow
