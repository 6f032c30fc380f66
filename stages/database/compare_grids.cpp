#include "stages/database/compare_grids.h"

#include <algorithm>
#include <cmath>

namespace dcmflow {
namespace {

template <class Numbers>
GridDifference differing(std::string_view of, const Numbers& a, const Numbers& b) {
  GridDifference found{of, number_words(a), number_words(b)};
  for (std::size_t i = 0; i < a.size(); ++i)
    found.largest =
        std::max(found.largest, std::abs(static_cast<double>(a[i]) - static_cast<double>(b[i])));
  return found;
}

std::array<std::uint32_t, 4> lengths(const Grid& grid, std::uint32_t volumes) {
  return {grid.size[0], grid.size[1], grid.size[2], volumes};
}

std::string place_words(const Grid& grid) { return grid.is_placed ? "placed" : "not placed"; }

}  // namespace

bool is_near(const Vector3& a, const Vector3& b, double scale, double relative) {
  for (std::size_t i = 0; i < 3; ++i)
    if (!(std::abs(a[i] - b[i]) <= relative * std::max(scale, std::abs(b[i])))) return false;
  return true;
}

std::vector<GridDifference> compare_grids(const Grid& first, std::uint32_t first_volumes,
                                          const Grid& second, std::uint32_t second_volumes,
                                          double relative) {
  std::vector<GridDifference> found;
  if (first.size != second.size || first_volumes != second_volumes)
    found.push_back(
        differing("size", lengths(first, first_volumes), lengths(second, second_volumes)));
  if (!is_near(first.spacing, second.spacing, 0, relative))
    found.push_back(differing("spacing", first.spacing, second.spacing));
  if (first.is_placed != second.is_placed)
    found.push_back({"place", place_words(first), place_words(second)});
  if (!first.is_placed || !second.is_placed) return found;
  if (!is_near(first.origin, second.origin, 1, relative))
    found.push_back(differing("origin", first.origin, second.origin));
  for (std::size_t i = 0; i < 3; ++i)
    if (!is_near(first.direction[i], second.direction[i], 1, relative)) {
      auto axis = differing("direction", first.direction[i], second.direction[i]);
      for (auto* const words : {&axis.first, &axis.second})
        words->append(" of axis ").append(std::to_string(i));
      found.push_back(std::move(axis));
    }
  return found;
}

}  // namespace dcmflow
