#include "stages/labels/grid_of_frames.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "stages/geometry/grid.h"
#include "stages/geometry/label_step.h"
#include "stages/geometry/spacing.h"
#include "stages/geometry/unplaced_frame.h"
#include "stages/sorting/usable_instances.h"

namespace dcmflow {
namespace {

Problem inconsistent(const std::string& what) {
  return {Reason::geometry_inconsistent, {}, "the frames have no common " + what};
}

Result<Orientation> common_orientation(const std::vector<Frame>& frames,
                                       const Tolerances& tolerances) {
  const auto& first = frames.front();
  std::optional<Orientation> common;
  for (const auto& frame : frames) {
    if (auto why = why_unplaced(frame, tolerances))
      return Problem{Reason::no_geometry, {}, std::move(*why)};
    if (auto why = why_without_spacing(frame))
      return Problem{Reason::no_pixel_spacing, {}, std::move(*why)};
    const auto orientation = placed_orientation(frame, tolerances);
    if (!orientation) return Problem{Reason::no_geometry, {}, "a frame lies nowhere"};
    if (!common) common = orientation;
    if (angle_deg(*common, *orientation) > tolerances.iop_cluster_deg)
      return inconsistent("orientation");
    const auto &layout = frame.instance->shared->layout, &of_first = first.instance->shared->layout;
    if (layout.rows != of_first.rows || layout.columns != of_first.columns)
      return inconsistent("size");
    const auto spacing = *frame.pixel_spacing(), of = *first.pixel_spacing();
    for (std::size_t i = 0; i < spacing.size(); ++i)
      if (!(std::abs(spacing[i] - of[i]) <= tolerances.pixel_spacing_relative * of[i]))
        return inconsistent("pixel spacing");
  }
  return *common;
}

struct Step {
  double mm = 0;
  std::uint32_t slices = 1;
};

Result<Step> find_step(const Frame& first, const std::vector<double>& positions, bool may_leave_out,
                       const Tolerances& tolerances) {
  const auto count = static_cast<std::uint32_t>(positions.size());
  if (count == 1) {
    const auto thickness = first.slice_thickness().value_or(0);
    if (thickness > 0) return Step{thickness, 1};
    return Problem{Reason::irregular_spacing, {}, "one slice, and no Slice Thickness"};
  }
  if (may_leave_out) {
    const auto found = find_label_step(first, positions, tolerances);
    if (!found || found->omitted + std::uint64_t{count} > most_label_slices(first, count))
      return Problem{Reason::irregular_spacing, {}, "its frames lie at no whole steps"};
    return Step{found->step, count + found->omitted};
  }
  const auto spacing = measure_spacing(positions, tolerances);
  const bool is_even = spacing.kind == SpacingKind::regular || spacing.kind == SpacingKind::jitter;
  const double step = is_even ? spacing.median_gap : spacing.step;
  const auto missing =
      step > 0 ? missing_of_whole_steps(positions, step, tolerances) : std::nullopt;
  if (is_even) return Step{step, count};
  if (!missing || *missing > count)
    return Problem{Reason::irregular_spacing,
                   {},
                   "gaps from " + std::to_string(spacing.median_gap) + " (median) to " +
                       std::to_string(spacing.worst_gap) + " mm"};
  return Step{step, count + *missing};
}

}  // namespace

Result<Grid> grid_of_frames(std::vector<Frame> frames, bool may_leave_out,
                            const Tolerances& tolerances) {
  if (frames.empty()) return Problem{Reason::no_geometry, {}, "there are no frames"};
  const auto orientation = common_orientation(frames, tolerances);
  if (!orientation) return orientation.problem();
  const auto along = [&](const Frame& frame) { return dot(frame.position, orientation->normal); };
  std::ranges::stable_sort(frames, {}, along);
  const auto is_same = [&](const Frame& a, const Frame& b) {
    return along(b) - along(a) <= tolerances.position_equal_mm;
  };
  frames.erase(std::unique(frames.begin(), frames.end(), is_same), frames.end());
  if (const double shear = shear_deg(frames, *orientation); shear > tolerances.shear_deg)
    return Problem{Reason::gantry_tilt,
                   {},
                   "frames are sheared by " + std::to_string(shear) + "°, at most " +
                       std::to_string(tolerances.shear_deg) + "° are no tilt"};
  std::vector<double> positions;
  for (const auto& frame : frames) positions.push_back(along(frame));
  const auto step = find_step(frames.front(), positions, may_leave_out, tolerances);
  if (!step) return step.problem();
  auto grid = make_grid(frames, *orientation, step->mm);
  grid.size[2] = step->slices;
  if (step->slices > 1)
    grid.spacing[2] = (positions.back() - positions.front()) / (step->slices - 1.0);
  return grid;
}

}  // namespace dcmflow
