#pragma once
// The first sieve of sort_slices: which frames can be slices of an image at all. As thread-safe as
// `same_pixels`.

#include <optional>
#include <vector>

#include "stages/base/image_options.h"
#include "stages/geometry/orientation.h"
#include "stages/geometry/tolerances.h"
#include "stages/sorting/sorted_series.h"

namespace dcmflow {

// All frames of all usable instances, in the order of the instances, then of the frames. What
// cannot become a slice goes to `refused` with the reason. Of copies of one slice under one SOP
// Instance UID one is kept: see keep_slices().
std::vector<Frame> usable_frames(const Series& series, const Tolerances& tolerances,
                                 const SamePixels& same_pixels, const ImageOptions& options,
                                 std::vector<RefusedInstance>& refused);

// Why no image can be made of the instance, whatever its frames say; nullopt: it can. Pure.
std::optional<RefusedInstance> find_refusal(const InstancePtr& instance,
                                            const Tolerances& tolerances);

// How a frame lies in the patient; nullopt when it has no position, orientation or pixel spacing.
std::optional<Orientation> placed_orientation(const Frame& frame, const Tolerances& tolerances);

}  // namespace dcmflow
