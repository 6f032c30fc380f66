#pragma once
// Series → Stacks: splits a series into the sets of frames that belong together in space, and orders each along its normal.

#include <vector>

#include "stages/dicom_types.h"
#include "stages/geometry/tolerances.h"

namespace dcmflow {

// An instance that is not part of a stack, and why; or a whole stack that is refused, one Problem for each of its instances.
struct RefusedInstance {
  InstancePtr instance;
  Reason reason = Reason::internal_error;
  std::string detail;
};

// Every instance of the series is in exactly one stack or in `refused`.
struct SortedSeries {
  std::vector<Stack> stacks;  // the main one first
  std::vector<RefusedInstance> refused;
};

// Splits and sorts (PS3.3 C.7.6.2.1.1). Frames run along +normal = row × column. Pure; safe from any thread.
SortedSeries sort_slices(const SeriesPtr& series, const Tolerances& tolerances);

}  // namespace dcmflow
