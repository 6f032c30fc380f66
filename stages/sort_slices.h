#pragma once
// Series → Stacks: splits a series into the sets of frames that belong together in space, and
// orders each along its normal.

#include "stages/base/image_options.h"
#include "stages/dicom_types.h"
#include "stages/geometry/tolerances.h"
#include "stages/sorting/sorted_series.h"

namespace dcmflow {

// Splits and sorts (PS3.3 C.7.6.2.1.1). Frames run along +normal = row × column, in the patient
// system (LPS), lengths in mm. No Problems: what is in no image is in `refused`, with its reason.
// Deterministic; safe from any thread when `same_pixels` and `read_elements` are. Without the
// latter an order that is guessed is not held against the whole of the headers.
SortedSeries sort_slices(const SeriesPtr& series, const Tolerances& tolerances,
                         const SamePixels& same_pixels, const ImageOptions& options = {},
                         const ReadElements& read_elements = {});

}  // namespace dcmflow
