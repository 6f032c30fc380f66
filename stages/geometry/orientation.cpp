#include "stages/geometry/orientation.h"

#include <algorithm>
#include <numbers>

#include "stages/base/vector3.h"

namespace dcmflow {
namespace {

double angle_between_deg(const Vector3& a, const Vector3& b) {
  // atan2 keeps its precision near 0°, where acos has none.
  return std::atan2(norm(cross(a, b)), dot(a, b)) * 180 / std::numbers::pi;
}

// Two vectors that are nearly at right angles; their plane stays.
Orientation orthonormalised(const Vector3& along_row, const Vector3& down_column) {
  const auto row = normalised(along_row);
  const auto column = normalised(down_column);
  const auto sum = normalised(row + column);
  const auto difference = normalised(row - column);
  Orientation o;
  o.row = normalised(sum + difference);
  o.column = normalised(sum - difference);
  o.normal = cross(o.row, o.column);
  return o;
}

}  // namespace

double orthonormal_error(const std::array<double, 6>& iop) {
  const Vector3 row{iop[0], iop[1], iop[2]};
  const Vector3 column{iop[3], iop[4], iop[5]};
  return std::max(
      {std::abs(norm(row) - 1), std::abs(norm(column) - 1), std::abs(dot(row, column))});
}

std::optional<Orientation> make_orientation(const std::array<double, 6>& iop, double tolerance) {
  // Not a number is no orientation either.
  if (!(orthonormal_error(iop) <= tolerance)) return std::nullopt;
  const Vector3 row{iop[0], iop[1], iop[2]};
  const Vector3 column{iop[3], iop[4], iop[5]};
  constexpr double nearly_exact = 1e-3;
  if (std::abs(dot(row, column)) > nearly_exact) return orthonormalised(row, column);
  Orientation o;
  o.row = normalised(row);
  o.column = normalised(column - o.row * dot(o.row, column));
  o.normal = cross(o.row, o.column);
  return o;
}

Orientation with_normal(const Orientation& orientation, const Vector3& normal) {
  return orthonormalised(orientation.row - normal * dot(orientation.row, normal),
                         orientation.column - normal * dot(orientation.column, normal));
}

double angle_deg(const Orientation& a, const Orientation& b) {
  return std::max({angle_between_deg(a.row, b.row), angle_between_deg(a.column, b.column),
                   angle_between_deg(a.normal, b.normal)});
}

std::string_view plane_name(const Vector3& normal) {
  constexpr double near_axis = 0.8;
  constexpr std::array<std::string_view, 3> names{"Sagittal", "Coronal", "Axial"};
  for (std::size_t axis = 0; axis < 3; ++axis)
    if (std::abs(normal[axis]) > near_axis) return names[axis];
  return "Oblique";
}

}  // namespace dcmflow
