#pragma once
// The first sieve of sort_slices: which frames can be slices of an image at all.

#include <vector>

#include "stages/sort_slices.h"

namespace dcmflow {

// All frames of all usable instances, in the order of the instances, then of the frames. What
// cannot become a slice, and repeats of a SOP Instance UID, go to `refused` with the reason.
std::vector<Frame> usable_frames(const Series& series, const Tolerances& tolerances,
                                 const SamePixels& same_pixels, const ImageOptions& options,
                                 std::vector<RefusedInstance>& refused);

}  // namespace dcmflow
