#include "stages/geometry/view_planes.h"

#include <algorithm>
#include <cmath>

namespace dcmflow {
namespace {

// For x, y and z of the patient the axis of the voxels that lies along it best.
std::array<std::uint8_t, 3> nearest_axes(const Grid& grid) {
  std::array<std::uint8_t, 3> order{0, 1, 2}, best = order;
  double most = -1;
  do {
    double along = 0;
    for (std::size_t i = 0; i < 3; ++i) along += std::abs(grid.direction[order[i]][i]);
    if (along <= most) continue;
    most = along;
    best = order;
  } while (std::ranges::next_permutation(order).found);
  return best;
}

struct PlaneRow {
  std::string_view name;
  std::array<std::uint8_t, 2> patient;  // x, y or z: to the right, downwards
  std::array<double, 2> towards;        // +1 where that is to L, P or S
  std::uint8_t across;
};
constexpr std::array rows{PlaneRow{"axial", {0, 1}, {1, 1}, 2},
                          PlaneRow{"coronal", {0, 2}, {1, -1}, 1},
                          PlaneRow{"sagittal", {1, 2}, {1, -1}, 0}};

}  // namespace

std::string direction_letters(const Vector3& direction) {
  constexpr std::array<std::string_view, 3> letters{"LR", "PA", "SI"};
  constexpr double least = 0.25;
  std::array<std::size_t, 3> order{0, 1, 2};
  std::ranges::stable_sort(order, std::greater(),
                           [&](std::size_t i) { return std::abs(direction[i]); });
  std::string text;
  for (const std::size_t i : order)
    if (std::abs(direction[i]) >= least) text += letters[i][direction[i] > 0 ? 0 : 1];
  return text;
}

std::array<ViewPlane, 3> view_planes(const Grid& grid) {
  std::array<ViewPlane, 3> planes;
  const auto axes = grid.is_placed ? nearest_axes(grid) : std::array<std::uint8_t, 3>{0, 1, 2};
  for (std::size_t p = 0; p < rows.size(); ++p) {
    const PlaneRow& row = rows[p];
    ViewPlane& plane = planes[p];
    for (std::size_t i = 0; i < 2; ++i) plane.axes[i] = axes[row.patient[i]];
    plane.across = axes[row.across];
    if (!grid.is_placed) continue;
    plane.name = row.name;
    for (std::size_t i = 0; i < 2; ++i) {
      const Vector3& axis = grid.direction[plane.axes[i]];
      plane.is_reversed[i] = axis[row.patient[i]] * row.towards[i] < 0;
      const Vector3 shown = axis * (plane.is_reversed[i] ? -1 : 1);
      plane.letters[2 * i] = direction_letters(shown * -1);
      plane.letters[2 * i + 1] = direction_letters(shown);
    }
  }
  return planes;
}

}  // namespace dcmflow
