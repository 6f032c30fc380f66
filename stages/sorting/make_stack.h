#pragma once
// Ordered frames → the stack that becomes one image, with its grid, verdict and flags.

#include <variant>

#include "stages/base/image_options.h"
#include "stages/dicom_types.h"
#include "stages/geometry/place_slices.h"
#include "stages/geometry/tolerances.h"
#include "stages/sorting/order_frames.h"

namespace dcmflow {

// Takes the frames of `ordered`, unless it refuses them (stages/geometry/place_slices.h says why).
// Frames that lie nowhere get index axes, and spacings where they are known. REQUIRES: at least one
// frame. Pure.
std::variant<Stack, Refusal> make_stack(const SeriesPtr& series, OrderedCluster& ordered,
                                        const Tolerances& tolerances, const ImageOptions& options);

}  // namespace dcmflow
