#pragma once
// Instances with one SOP Instance UID: copies of one slice, of which one is kept, or several slices
// under one UID, as some anonymisers leave them, which are all used. As thread-safe as
// `same_pixels`.

#include <cstddef>
#include <span>
#include <vector>

#include "stages/sorting/sorted_series.h"

namespace dcmflow {

// Chooses those of `repeats` that are kept, by index in rising order, and appends the others to
// `refused`. One that lies elsewhere or is of another contrast, with other pixels, is a slice of
// its own. Others are copies: duplicate_identical when frames, pixels, geometry, rescale and keys
// are those of the kept one, else duplicate_conflict with the first that is not. Of copies the most
// complete is kept: by whether it decodes, then its frames, then the bytes of its file; of equals
// the first by what the headers say, so that names decide only between those that say the same.
// REQUIRES: usable instances in the order of file names.
std::vector<std::size_t> keep_slices(std::span<const InstancePtr> repeats,
                                     const SamePixels& same_pixels,
                                     std::vector<RefusedInstance>& refused);

}  // namespace dcmflow
