#include "stages/geometry/upright_grid.h"

#include <algorithm>
#include <cmath>

#include "stages/base/vector3.h"

namespace dcmflow {

double times_larger(const Grid& grid, const Vector3& drift) {
  double times = 1;
  for (std::size_t axis = 0; axis < 2; ++axis)
    times *=
        1 + std::abs(dot(drift, grid.direction[axis])) / (grid.spacing[axis] * grid.size[axis]);
  return times;
}

std::array<double, 2> UprightGrid::shift_at(double slice) const {
  const double z = slice * grid.spacing[2];
  return {before[0] + voxels_per_mm[0] * z, before[1] + voxels_per_mm[1] * z};
}

UprightGrid make_upright(Grid grid, const Vector3& drift) {
  UprightGrid upright;
  const double height = grid.spacing[2] * (grid.size[2] - 1);
  for (std::size_t axis = 0; axis < 2; ++axis) {
    auto& voxels_per_mm = upright.voxels_per_mm[axis];
    voxels_per_mm = dot(drift, grid.direction[axis]) / grid.spacing[axis];
    const double end = voxels_per_mm * height;
    if (std::abs(end) < 1e-3) voxels_per_mm = 0;
    upright.before[axis] = std::ceil(std::max(0.0, -end) - 1e-6);
    grid.size[axis] += static_cast<std::uint32_t>(std::ceil(std::abs(end) - 1e-6));
    grid.origin = grid.origin - grid.direction[axis] * (upright.before[axis] * grid.spacing[axis]);
  }
  upright.grid = grid;
  return upright;
}

}  // namespace dcmflow
