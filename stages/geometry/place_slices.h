#pragma once
// The frames of a stack → the grid that is written, true to where the frames lie: as they are, or
// repaired where slices are missing, unevenly spaced or sheared against their normal. Lengths in
// mm, patient coordinates (LPS). Errors are Refusals: irregular_spacing, missing_slices,
// gantry_tilt, geometry_inconsistent.

#include <optional>
#include <span>
#include <string>

#include "stages/base/image_options.h"
#include "stages/dicom_types.h"
#include "stages/geometry/orientation.h"
#include "stages/geometry/tolerances.h"

namespace dcmflow {

// Why frames become no image.
struct Refusal {
  Reason reason = Reason::internal_error;
  std::string detail;
};

// What place_slices works on. `frames`: volume after volume, each in order along the normal;
// `positions`: of a volume's frames along the normal in mm, strictly ascending.
struct OrderedFrames {
  std::span<const Frame> frames;
  std::span<const double> positions;
  std::uint32_t volumes = 1;
  Orientation orientation;
  double single_spacing = 1;  // mm, for one slice alone
};

// Sets grid, recipes, background, filled_slices, flags, max_corner_error_mm and verdict of `stack`;
// or tells why it is refused. Where a slice is made between frames, its index is in filled_slices,
// and there are never more of those than frames of a volume; every frame is used.
//
// Labels are not interpolated: a slice where no frame lies is empty (stages/geometry/label_step.h).
// Rounded cosines (Tolerances::iop_rounded) leave the normal open by iop_orthonormal radians: where
// the positions run on along a line that near to it, that line is the normal, and the corner error
// may be larger by what such an angle makes of the slice's width and height.
//
// The corner error is that of the frames that were read, against the place where the written image
// shows them: a frame's own slice, at its shift. A resampled image has no slice of its own for each
// frame; there it is the place between two slices, so what counts is how far the frame is off
// sideways. REQUIRES: at least one frame. Pure.
std::optional<Refusal> place_slices(Stack& stack, const OrderedFrames& ordered,
                                    const Tolerances& tolerances, const ImageOptions& options);

}  // namespace dcmflow
