#pragma once
// Series → Stacks: splits a series into the sets of frames that belong together in space, and
// orders each along its normal.

#include "stages/base/image_options.h"
#include "stages/dicom_types.h"
#include "stages/geometry/tolerances.h"
#include "stages/sorting/sorted_series.h"

namespace dcmflow {

// Splits and sorts (PS3.3 C.7.6.2.1.1). Frames run along +normal = row × column. Deterministic;
// safe from any thread when `same_pixels` is.
SortedSeries sort_slices(const SeriesPtr& series, const Tolerances& tolerances,
                         const SamePixels& same_pixels, const ImageOptions& options = {});

}  // namespace dcmflow
