#pragma once
// Contours of one structure that are oblique to the slices of a grid: in parallel planes of their
// own, as of a tilted gantry, or of another series of the same Frame of Reference. Pure.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "stages/base/result.h"
#include "stages/geometry/tolerances.h"
#include "stages/geometry/voxel_space.h"
#include "stages/labels/fill_contours.h"
#include "stages/labels/plane_places.h"

namespace dcmflow {

struct ObliquePlanes {
  // Where voxel (0, 0, 0) lies, and how far a step along i, j and k leads: two coordinates in the
  // planes (mm), and along their normal, counted in what a voxel reaches along it.
  Vector3 first{};
  std::array<Vector3, 3> ways{};
  std::vector<double> places;                // of the planes, ascending
  PlaneStep step;                            // that a plane stands for
  std::vector<std::vector<Polygon>> planes;  // in mm
  // The voxels that may be inside: from, and to without the last.
  std::array<std::array<std::uint32_t, 2>, 3> box{};
  std::size_t repeated_contours = 0;  // that are there once more
  bool leaves = false;                // a point lies beyond the outer edges of the voxels
};

// Problem{contours_oblique}: a contour does not lie in one plane, or not in one that is parallel to
// the others, within most_distance_mm(), with both numbers. REQUIRES: contours of three points.
Result<ObliquePlanes> find_oblique_planes(std::span<const std::vector<Vector3>> contours,
                                          const Grid& grid, const Tolerances& tolerances);

// The voxels of a slice: each is inside when, seen along the normal, it is inside of the contours
// of the nearest plane that stands for it, by the even-odd rule. `cells`: columns × rows; becomes 1
// inside, 0 outside.
void fill_oblique(const ObliquePlanes& oblique, std::uint32_t columns, std::uint32_t slice,
                  std::span<std::uint16_t> cells);

}  // namespace dcmflow
