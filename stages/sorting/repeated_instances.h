#pragma once
// Instances with one SOP Instance UID: the same image sent again, or two that claim to be one.

#include <span>
#include <vector>

#include "stages/sorting/sorted_series.h"

namespace dcmflow {

// Chooses the one of `repeats` that is kept, by index, and appends the others to `refused`:
// duplicate_identical when frames, pixels, geometry, rescale and keys are those of the kept one,
// else duplicate_conflict with the first that is not. Kept is the most complete: by whether it
// decodes, then its frames, then the bytes of its file; of equals the first by what the headers
// say, so that names decide only between those that say the same. REQUIRES: at least one, in the
// order of file names.
std::size_t choose_of_repeats(std::span<const InstancePtr> repeats, const SamePixels& same_pixels,
                              std::vector<RefusedInstance>& refused);

}  // namespace dcmflow
