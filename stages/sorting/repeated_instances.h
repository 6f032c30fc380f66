#pragma once
// Instances that have one SOP Instance UID: copies of one slice, of which one is kept, or several
// slices under one UID, as some anonymisers leave them, which are all used.

#include <cstddef>
#include <vector>

#include "stages/sorting/sorted_series.h"

namespace dcmflow {

// Works on the list that frames are added to, instance by instance, in the order of their UIDs.
class RepeatedInstances {
 public:
  // All must outlive it.
  RepeatedInstances(std::vector<Frame>& frames, const SamePixels& same_pixels,
                    std::vector<RefusedInstance>& refused)
      : frames_(frames), same_pixels_(same_pixels), refused_(refused) {}

  // The frames of `instance` were added behind the first `before` ones. One that lies where a kept
  // one lies, and says the same of its number, time and contrast, is a copy of it: with the same
  // values it goes to `refused` as duplicate_identical, else the less complete of the two does as
  // duplicate_conflict (by whether it decodes, then by its number of frames and the bytes of its
  // file).
  void added(const InstancePtr& instance, std::size_t before);

  // Takes the frames that were dropped from the list.
  void finish();

 private:
  struct Kept {
    InstancePtr instance;
    std::size_t first = 0;  // of its frames
  };

  void drop(const Kept& one);

  std::vector<Frame>& frames_;
  const SamePixels& same_pixels_;
  std::vector<RefusedInstance>& refused_;
  std::vector<Kept> kept_;  // of the UID at hand
  bool any_dropped_ = false;
};

}  // namespace dcmflow
