#pragma once
// Series → Stacks: splits a series into the sets of frames that belong together in space, and
// orders each along its normal.

#include <functional>
#include <string>
#include <vector>

#include "stages/base/image_options.h"
#include "stages/dicom_types.h"
#include "stages/geometry/tolerances.h"

namespace dcmflow {

// An instance that is part of no image, and why.
struct RefusedInstance {
  InstancePtr instance;
  Reason reason = Reason::internal_error;
  std::string detail;
};

// Appends each instance of the frames once.
void refuse_frames(const std::vector<Frame>& frames, Reason reason, const std::string& detail,
                   std::vector<RefusedInstance>& refused);

// Every frame of the series is in exactly one stack or its instance is in `refused`; an instance of
// several frames can be in both.
struct SortedSeries {
  std::vector<Stack> stacks;  // the main one first
  std::vector<RefusedInstance> refused;
};

// Whether two frames hold the same pixels; asked only about those that claim the same UID or place.
using SamePixels = std::function<bool(const Frame&, const Frame&)>;

// Splits and sorts (PS3.3 C.7.6.2.1.1). Frames run along +normal = row × column. Deterministic;
// safe from any thread when `same_pixels` is.
SortedSeries sort_slices(const SeriesPtr& series, const Tolerances& tolerances,
                         const SamePixels& same_pixels, const ImageOptions& options = {});

}  // namespace dcmflow
