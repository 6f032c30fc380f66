#pragma once
// Contours of one structure by the slices of a grid that show them. Pure.

#include <cstdint>
#include <span>
#include <vector>

#include "stages/base/result.h"
#include "stages/geometry/tolerances.h"
#include "stages/geometry/voxel_space.h"
#include "stages/labels/fill_contours.h"
#include "stages/labels/structure_set.h"

namespace dcmflow {

// The contours of a structure lie in planes, each at a place along the slices of the grid (in
// slices, from 0), which stands for what stages/labels/plane_places.h says: half a slice to both
// sides where contours are as dense as slices, more where they are drawn on every second slice, or
// every third ... A slice shows the nearest plane that stands for it. So a coarse structure keeps
// its volume, a real gap stays one, and of planes that are denser than slices each slice shows one,
// never the even-odd of two.
struct ContourPlanes {
  std::vector<std::vector<Polygon>> planes;  // in their order along the slices
  std::vector<std::int32_t> of_slice;        // for each slice its plane; −1: none

  std::uint32_t planes_between = 0;   // that lie between slices, by more than the tolerance
  std::uint32_t slices_filled = 0;    // that show a plane more than half a slice away
  std::uint32_t planes_left_out = 0;  // inside of the grid, and no slice shows them
  std::uint32_t planes_outside = 0;   // above or below all slices
  std::size_t repeated_contours = 0;  // that are there once more
  std::uint32_t slices_between = 0;   // between the first and the last plane, that show none
};

// Problem{contours_oblique}: a contour is not parallel to the slices
// within most_distance_mm(), with both numbers.
Result<ContourPlanes> find_contour_planes(std::span<const std::vector<Vector3>> contours,
                                          const Grid& grid, const Tolerances& tolerances);

}  // namespace dcmflow
