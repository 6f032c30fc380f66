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

// Points are the same that are no further apart along each axis: of texts that were rounded.
constexpr double same_point = 0.01;

bool are_same(const std::array<double, 2>& one, const std::array<double, 2>& other) {
  return std::abs(one[0] - other[0]) <= same_point && std::abs(one[1] - other[1]) <= same_point;
}

// Points that stand twice in a row, the last and the first one too.
Polygon without_repeated_points(const Polygon& polygon) {
  Polygon kept;
  for (const auto& point : polygon)
    if (kept.empty() || !are_same(kept.back(), point)) kept.push_back(point);
  while (kept.size() > 1 && are_same(kept.front(), kept.back())) kept.pop_back();
  return kept;
}

double perimeter(const Polygon& polygon) {
  double sum = 0;
  for (std::size_t i = 0; i < polygon.size(); ++i) {
    const auto &from = polygon[i], &to = polygon[(i + 1) % polygon.size()];
    sum += std::hypot(to[0] - from[0], to[1] - from[1]);
  }
  return sum;
}

// Whichever point they begin with, and whichever way they turn.
bool is_same(const Polygon& one, const Polygon& other) {
  const auto n = one.size();
  if (n != other.size() || n == 0) return false;
  for (std::size_t begin = 0; begin < n; ++begin) {
    if (!are_same(one.front(), other[begin])) continue;
    bool forwards = true, backwards = true;
    for (std::size_t i = 1; i < n && (forwards || backwards); ++i) {
      forwards = forwards && are_same(one[i], other[(begin + i) % n]);
      backwards = backwards && are_same(one[i], other[(begin + n - i) % n]);
    }
    if (forwards || backwards) return true;
  }
  return false;
}

}  // namespace

std::size_t drop_repeats(std::vector<Polygon>& polygons) {
  // By size, so that copies stand close to each other; more neighbours than this no person draws.
  constexpr std::size_t most_neighbours = 64;
  std::vector<std::pair<double, std::size_t>> order;
  std::vector<Polygon> drawn;
  for (const auto& polygon : polygons) {
    drawn.push_back(without_repeated_points(polygon));
    order.emplace_back(perimeter(drawn.back()), drawn.size() - 1);
  }
  std::ranges::sort(order);
  std::vector<bool> is_repeat(polygons.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (is_repeat[order[i].second]) continue;
    const auto& polygon = drawn[order[i].second];
    // Each end of an edge may be off along both axes.
    const double most = order[i].first + 3 * same_point * static_cast<double>(polygon.size());
    const auto end = std::min(order.size(), i + 1 + most_neighbours);
    for (auto j = i + 1; j < end && order[j].first <= most; ++j)
      if (is_same(polygon, drawn[order[j].second])) is_repeat[order[j].second] = true;
  }
  std::size_t kept = 0;
  for (std::size_t i = 0; i < polygons.size(); ++i) {
    if (is_repeat[i]) continue;
    if (kept != i) polygons[kept] = std::move(polygons[i]);
    ++kept;
  }
  const auto count = polygons.size() - kept;
  polygons.resize(kept);
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
