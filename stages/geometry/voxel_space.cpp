#include "stages/geometry/voxel_space.h"

#include <cmath>

namespace dcmflow {

VoxelSpace::VoxelSpace(const Grid& grid) : origin_(grid.origin) {
  const auto i = grid.direction[0] * grid.spacing[0];
  const auto j = grid.direction[1] * grid.spacing[1];
  const auto k = grid.direction[2] * grid.spacing[2];
  const double volume = dot(i, cross(j, k));
  rows_ = {cross(j, k) * (1 / volume), cross(k, i) * (1 / volume), cross(i, j) * (1 / volume)};
  voxel_mm3_ = std::abs(volume);
}

}  // namespace dcmflow
