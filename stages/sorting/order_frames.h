#pragma once
// The third sieve of sort_slices: the frames of a cluster in order along the normal, one at each
// position.

#include <vector>

#include "stages/sort_slices.h"
#include "stages/sorting/split_series.h"

namespace dcmflow {

// Frames at one position along the normal.
struct Slot {
  double position = 0;  // mm along the normal
  std::vector<Frame> frames;
};

// In order along the normal; at one position by Instance Number, then SOP Instance UID.
std::vector<Slot> make_slots(const Cluster& cluster, const Tolerances& tolerances);

// A cluster whose positions are all different, in order.
struct OrderedCluster {
  Cluster cluster;
  std::vector<Slot> slots;  // one frame each
};

// Positions that repeat are taken apart by echo, or lose their duplicates. What still repeats is
// refused: never interleaved.
std::vector<OrderedCluster> order_frames(const Cluster& cluster, const Tolerances& tolerances,
                                         const SamePixels& same_pixels,
                                         std::vector<RefusedInstance>& refused);

}  // namespace dcmflow
