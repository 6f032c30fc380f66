#pragma once
// The verdict speaks of the stack: what was refused of it is told by it. Pure; no Problems.

#include <vector>

#include "stages/sorting/order_frames.h"
#include "stages/sorting/sorted_series.h"

namespace dcmflow {

// A stack and what it was made of.
struct SortedStack {
  Stack stack;
  OrderedCluster origin;  // without its frames
};

// Instances that were refused for a fault of their own (no position, pixels that are missing, one
// of two conflicting copies), and are by class, matrix and quantity of a stack: that stack's
// verdict is warn at least, with the flag slices_refused, and `missing` has their number and
// reason. One that fits several stacks is told by the largest.
void tell_refused(const std::vector<RefusedInstance>& refused, std::vector<SortedStack>& stacks);

}  // namespace dcmflow
