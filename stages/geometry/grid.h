#pragma once
// The grid of an image from its frames, and the master check: how far the written grid is from
// where the frames say they lie. Lengths in mm, patient coordinates (LPS, PS3.3 C.7.6.2.1.1). Pure;
// no Problems.

#include <span>

#include "stages/dicom_types.h"
#include "stages/geometry/orientation.h"
#include "stages/geometry/tolerances.h"

namespace dcmflow {

// REQUIRES: frames are in order along the normal and have one layout and pixel spacing. The step
// between slices is (last − first) ÷ (n − 1), projected on the normal; `single_spacing` is used for
// one frame alone.
Grid make_grid(std::span<const Frame> frames, const Orientation& orientation,
               double single_spacing);

// Where a grid shows a frame: its slice, which may lie between two, and where the frame's first
// voxel lies in it, in voxels (columns, rows).
struct FramePlace {
  double slice = 0;
  std::array<double, 2> shift{};
};

// The largest distance in mm between a corner of a frame (from its own position, orientation and
// pixel spacing) and the same corner at its place in the grid. REQUIRES: a place for each frame.
double max_corner_error_mm(std::span<const Frame> frames, std::span<const FramePlace> places,
                           const Grid& grid);

// The sideways drift of the positions against the normal, in degrees: the gantry tilt as the
// geometry shows it.
double shear_deg(std::span<const Frame> frames, const Orientation& orientation);

}  // namespace dcmflow
