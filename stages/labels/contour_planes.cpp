#include "stages/labels/contour_planes.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "stages/labels/place_frame.h"
#include "stages/labels/plane_places.h"

namespace dcmflow {
namespace {

struct Placed {
  double place = 0;  // along the slices
  Polygon polygon;
};

Result<Placed> place_contour(const std::vector<Vector3>& contour, const VoxelSpace& space,
                             double most_slices, double slice_mm) {
  Placed placed;
  placed.polygon.reserve(contour.size());
  double least = 0, greatest = 0;
  for (const auto& point : contour) {
    const auto at = space.place(point);
    const bool is_first = placed.polygon.empty();
    least = is_first ? at[2] : std::min(least, at[2]);
    greatest = is_first ? at[2] : std::max(greatest, at[2]);
    placed.polygon.push_back({at[0], at[1]});
  }
  if (greatest - least > most_slices)
    return Problem{Reason::contours_oblique,
                   {},
                   "a contour reaches over " + std::to_string((greatest - least) * slice_mm) +
                       " mm across the slices, at most " + std::to_string(most_slices * slice_mm) +
                       " mm are parallel to them"};
  placed.place = (least + greatest) / 2;
  return placed;
}

// For each slice the nearest plane that stands for it.
void choose_planes(const std::vector<double>& places, const PlaneStep& step, ContourPlanes& found) {
  for (std::size_t k = 0; k < found.of_slice.size(); ++k) {
    const auto slice = static_cast<double>(k);
    const auto plane = nearest_plane(places, step, slice);
    found.of_slice[k] = plane;
    if (plane >= 0 && nearest_plane(places, {}, slice) < 0) ++found.slices_filled;
  }
}

void count_planes(const std::vector<double>& places, double most_off, ContourPlanes& found) {
  const double slices = static_cast<double>(found.of_slice.size());
  std::vector<bool> shown(places.size());
  for (const auto plane : found.of_slice)
    if (plane >= 0) shown[static_cast<std::size_t>(plane)] = true;
  for (std::size_t p = 0; p < places.size(); ++p) {
    const double place = places[p];
    const bool is_outside = place < -0.5 - plane_rounding || place >= slices - 0.5 - plane_rounding;
    if (is_outside) ++found.planes_outside;
    if (!is_outside && !shown[p]) ++found.planes_left_out;
    if (!is_outside && std::abs(place - std::round(place)) > most_off) ++found.planes_between;
  }
  for (std::size_t k = 0; k < found.of_slice.size(); ++k)
    if (found.of_slice[k] < 0 && static_cast<double>(k) > places.front() &&
        static_cast<double>(k) < places.back())
      ++found.slices_between;
}

}  // namespace

Result<ContourPlanes> find_contour_planes(std::span<const std::vector<Vector3>> contours,
                                          const Grid& grid, const Tolerances& tolerances) {
  const VoxelSpace space(grid);
  const double most_off = most_distance_mm(grid, tolerances) / grid.spacing[2];
  std::vector<Placed> placed;
  placed.reserve(contours.size());
  for (const auto& contour : contours) {
    auto one = place_contour(contour, space, most_off, grid.spacing[2]);
    if (!one) return one.problem();
    placed.push_back(std::move(*one));
  }
  std::ranges::stable_sort(placed, {}, &Placed::place);
  ContourPlanes found;
  found.of_slice.assign(grid.size[2], -1);
  const double same_plane = std::min(most_off, one_plane_mm / grid.spacing[2]);
  std::vector<double> places;
  for (auto& one : placed) {
    if (places.empty() || one.place - places.back() > same_plane) {
      places.push_back(one.place);
      found.planes.emplace_back();
    }
    found.planes.back().push_back(std::move(one.polygon));
  }
  for (auto& plane : found.planes) found.repeated_contours += drop_repeats(plane);
  if (places.empty()) return found;
  choose_planes(places, plane_step(places, most_off), found);
  count_planes(places, most_off, found);
  return found;
}

}  // namespace dcmflow
