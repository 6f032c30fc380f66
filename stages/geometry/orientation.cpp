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

}  // namespace

std::optional<Orientation> make_orientation(const std::array<double, 6>& iop, double tolerance) {
  const Vector3 row{iop[0], iop[1], iop[2]};
  const Vector3 column{iop[3], iop[4], iop[5]};
  const bool orthonormal = std::abs(norm(row) - 1) <= tolerance &&
                           std::abs(norm(column) - 1) <= tolerance &&
                           std::abs(dot(row, column)) <= tolerance;
  if (!orthonormal) return std::nullopt;
  Orientation o;
  o.row = normalised(row);
  o.column = normalised(column - o.row * dot(o.row, column));
  o.normal = cross(o.row, o.column);
  return o;
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
