#include "stages/labels/place_frame.h"

#include <algorithm>
#include <cmath>

namespace dcmflow {
namespace {

// The axis of the slice that a step in voxels runs along, as whole numbers; of a step that runs
// along none they are 0.
std::array<int, 2> whole_step(const Vector3& step) {
  const std::array whole{static_cast<int>(std::lround(std::clamp(step[0], -2.0, 2.0))),
                         static_cast<int>(std::lround(std::clamp(step[1], -2.0, 2.0)))};
  return std::abs(whole[0]) + std::abs(whole[1]) == 1 ? whole : std::array{0, 0};
}

}  // namespace

double most_distance_mm(const Grid& grid, const Tolerances& tolerances) {
  return std::max(tolerances.corner_fail_mm, tolerances.corner_fail_of_gap * grid.spacing[2]);
}

std::optional<VoxelsOfFrame> place_frame(const Frame& frame, const Grid& grid,
                                         const Tolerances& tolerances, double& worst_mm) {
  const auto iop = *frame.image_orientation_patient();
  const auto spacing = *frame.pixel_spacing();
  const auto& layout = frame.instance->shared->layout;
  const VoxelSpace space(grid);
  const auto along_row = space.way(Vector3{iop[0], iop[1], iop[2]} * spacing[1]);
  const auto down_column = space.way(Vector3{iop[3], iop[4], iop[5]} * spacing[0]);
  const auto first = space.place(frame.position);
  constexpr double most = 1e9;
  for (const double place : first)
    if (!(std::abs(place) < most)) return std::nullopt;
  const VoxelsOfFrame voxels{.slice = std::llround(first[2]),
                             .first = {std::llround(first[0]), std::llround(first[1])},
                             .along_row = whole_step(along_row),
                             .down_column = whole_step(down_column)};
  const auto& row = voxels.along_row;
  const auto& column = voxels.down_column;
  if (row[0] * column[1] - row[1] * column[0] == 0) {
    worst_mm = std::max(worst_mm, norm(grid.direction[0] * (grid.spacing[0] * grid.size[0])));
    return std::nullopt;
  }
  double worst = 0;
  for (const double c : {0.0, layout.columns - 1.0})
    for (const double r : {0.0, layout.rows - 1.0}) {
      const auto at = first + along_row * c + down_column * r;
      const Vector3 voxel{static_cast<double>(voxels.first[0]) + c * row[0] + r * column[0],
                          static_cast<double>(voxels.first[1]) + c * row[1] + r * column[1],
                          static_cast<double>(voxels.slice)};
      const auto off = at - voxel;
      worst = std::max(worst, norm(grid.direction[0] * (off[0] * grid.spacing[0]) +
                                   grid.direction[1] * (off[1] * grid.spacing[1]) +
                                   grid.direction[2] * (off[2] * grid.spacing[2])));
    }
  worst_mm = std::max(worst_mm, worst);
  if (worst > most_distance_mm(grid, tolerances)) return std::nullopt;
  return voxels;
}

}  // namespace dcmflow
