#include "stages/prepare/resample_plan.h"

#include <algorithm>
#include <cmath>

#include "stages/prepare/target_grid.h"

namespace dcmflow {
namespace {

constexpr std::uint64_t slab_bytes = std::uint64_t{8} << 20;
constexpr std::uint64_t widest_voxel = 4;
// Of a window that is worth its while: at least a quarter of the slices need not be there.
constexpr std::uint32_t parts = 4;

std::uint64_t slice_voxels(const Grid& grid) { return std::uint64_t{grid.size[0]} * grid.size[1]; }

bool can_stream(Interpolation interpolation) {
  return interpolation == Interpolation::linear || interpolation == Interpolation::nearest;
}

}  // namespace

SlabRange needed_slices(const Grid& source, const Grid& target, const SlabRange& slab) {
  const auto map = index_map(target, source);
  double least = map.at[2][3] + map.at[2][2] * slab.first_slice;
  double greatest = least;
  const std::array extents{target.size[0] - 1.0, target.size[1] - 1.0, slab.slices - 1.0};
  for (std::size_t axis = 0; axis < 3; ++axis)
    (map.at[2][axis] < 0 ? least : greatest) += map.at[2][axis] * extents[axis];
  const double last = source.size[2] - 1.0;
  const double from = std::clamp(std::floor(least) - 1, 0.0, last);
  const double to = std::clamp(std::ceil(greatest) + 1, 0.0, last);
  return {static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(to - from) + 1};
}

ResamplePlan plan_resampling(const Grid& source, const Grid& target, Interpolation interpolation) {
  ResamplePlan plan;
  const auto slice_bytes = slice_voxels(target) * widest_voxel;
  plan.slab_slices = static_cast<std::uint32_t>(
      std::clamp<std::uint64_t>(slab_bytes / slice_bytes, 1, target.size[2]));
  plan.streams = can_stream(interpolation);
  std::uint32_t most = 1, at = 0;
  for (std::uint32_t first = 0; plan.streams && first < target.size[2]; first += plan.slab_slices) {
    const auto slices = std::min(plan.slab_slices, target.size[2] - first);
    const auto needed = needed_slices(source, target, {first, slices});
    plan.streams = needed.first_slice >= at;
    at = needed.first_slice;
    most = std::max(most, needed.slices);
  }
  plan.streams = plan.streams && most <= source.size[2] - source.size[2] / parts;
  plan.window_slices = plan.streams ? most : source.size[2];
  return plan;
}

std::uint64_t resampling_bytes(const Grid& source, VoxelType type, const Grid& target,
                               Interpolation interpolation) {
  // Measured: code, libraries and threads; blocks on their way through gzip.
  constexpr std::uint64_t program_bytes = std::uint64_t{48} << 20;
  const auto plan = plan_resampling(source, target, interpolation);
  const auto window = slice_voxels(source) * plan.window_slices;
  const auto slab = slice_voxels(target) * plan.slab_slices;
  const std::uint64_t coefficients =
      interpolation == Interpolation::bspline ? sizeof(double) * window : 0;
  // A slab as ITK makes it, and in the type that is written.
  return program_bytes + window * voxel_bytes(type) + coefficients + 2 * widest_voxel * slab;
}

}  // namespace dcmflow
