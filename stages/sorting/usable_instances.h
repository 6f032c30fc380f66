#pragma once
// The first sieve of sort_slices: which instances can be slices of an image at all.

#include <vector>

#include "stages/sort_slices.h"

namespace dcmflow {

// Keeps the order. What cannot become a slice, and repeats of a SOP Instance UID, go to `refused`
// with the reason.
std::vector<InstancePtr> usable_instances(const Series& series, const Tolerances& tolerances,
                                          const SamePixels& same_pixels,
                                          std::vector<RefusedInstance>& refused);

}  // namespace dcmflow
