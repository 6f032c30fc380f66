#pragma once
// The grid on which frames lie that are in no image: slices of an image that was refused, or the
// frames of a segmentation. Lengths in mm, LPS. Pure.

#include <vector>

#include "stages/base/result.h"
#include "stages/dicom_types.h"
#include "stages/geometry/tolerances.h"

namespace dcmflow {

// Of frames of one orientation, size and pixel spacing at whole steps from each other, in any
// order; positions may repeat. A slice between two is missing, and has its place all the same.
// `may_leave_out`: empty frames are left out (PS3.3 C.8.20.3.1), so the step is that of
// find_label_step(). Problems, with both numbers: no_geometry, no_pixel_spacing: of the first frame
// that does not say it; geometry_inconsistent: they make no one grid; gantry_tilt: they are
// sheared; irregular_spacing.
Result<Grid> grid_of_frames(std::vector<Frame> frames, bool may_leave_out,
                            const Tolerances& tolerances);

}  // namespace dcmflow
