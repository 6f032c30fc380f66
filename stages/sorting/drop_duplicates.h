#pragma once
// Slices that were sent again under another SOP Instance UID: the same position, the same pixels.
// As thread-safe as `same_pixels`.

#include "stages/sorting/positions.h"
#include "stages/sorting/sorted_series.h"

namespace dcmflow {

// Drops copies of frames to `refused` (duplicate_pixels), so that at least one stays at each
// position; frames of one instance are no copies of each other. Everywhere, what agrees in times
// and numbers too, since an even number of images at every position is a time series even when its
// pixels repeat. What does not agree only if that leaves one image at each position.
Positions drop_duplicates(Positions positions, const SamePixels& same_pixels,
                          std::vector<RefusedInstance>& refused);

}  // namespace dcmflow
