#pragma once
// What sorting makes of a series: the stacks, and the instances that are in none. Plain values.

#include <functional>
#include <string>
#include <vector>

#include "stages/dicom/element_digests.h"
#include "stages/dicom_types.h"

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

// What each element of a file holds (digest_elements); asked only where nothing that was kept of
// the headers tells volumes apart.
using ReadElements = std::function<Result<std::vector<ElementDigest>>(const FilePtr&)>;

}  // namespace dcmflow
