#include "stages/geometry/grid.h"

#include <algorithm>
#include <numbers>

#include "stages/base/vector3.h"

namespace dcmflow {
namespace {

Vector3 grid_point(const Grid& grid, double i, double j, double k) {
  return grid.origin + grid.direction[0] * (i * grid.spacing[0]) +
         grid.direction[1] * (j * grid.spacing[1]) + grid.direction[2] * (k * grid.spacing[2]);
}

// Centre of voxel (i, j) of a frame as the header gives it (PS3.3 C.7.6.2.1.1).
Vector3 frame_point(const Frame& frame, double i, double j) {
  const auto iop = *frame.image_orientation_patient();
  const auto spacing = *frame.pixel_spacing();
  return frame.position + Vector3{iop[0], iop[1], iop[2]} * (i * spacing[1]) +
         Vector3{iop[3], iop[4], iop[5]} * (j * spacing[0]);
}

}  // namespace

Grid make_grid(std::span<const Frame> frames, const Orientation& orientation,
               double single_spacing) {
  const auto& layout = frames.front().instance->shared->layout;
  const auto pixel_spacing = *frames.front().pixel_spacing();
  Grid grid;
  grid.size = {layout.columns, layout.rows, static_cast<std::uint32_t>(frames.size())};
  double step = single_spacing;
  if (frames.size() > 1)
    step = dot(frames.back().position - frames.front().position, orientation.normal) /
           static_cast<double>(frames.size() - 1);
  grid.spacing = {pixel_spacing[1], pixel_spacing[0], step};
  grid.origin = frames.front().position;
  grid.direction = {orientation.row, orientation.column, orientation.normal};
  return grid;
}

double max_corner_error_mm(std::span<const Frame> frames, std::span<const FramePlace> places,
                           const Grid& grid) {
  const auto& layout = frames.front().instance->shared->layout;
  double worst = 0;
  for (std::size_t k = 0; k < frames.size(); ++k) {
    const auto& [slice, shift] = places[k];
    for (const double i : {0.0, layout.columns - 1.0})
      for (const double j : {0.0, layout.rows - 1.0})
        worst = std::max(worst, norm(frame_point(frames[k], i, j) -
                                     grid_point(grid, i + shift[0], j + shift[1], slice)));
  }
  return worst;
}

double shear_deg(std::span<const Frame> frames, const Orientation& orientation) {
  if (frames.size() < 2) return 0;
  const auto drift = frames.back().position - frames.front().position;
  const double along = dot(drift, orientation.normal);
  return std::atan2(norm(drift - orientation.normal * along), std::abs(along)) * 180 /
         std::numbers::pi;
}

}  // namespace dcmflow
