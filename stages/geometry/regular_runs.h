#pragma once
// The pieces of a stack whose gaps make no grid together: runs of slices that are even in
// themselves. No Problems.

#include <span>
#include <vector>

#include "stages/base/image_options.h"
#include "stages/dicom_types.h"
#include "stages/geometry/tolerances.h"

namespace dcmflow {

// The runs of slices between which nothing is missing and the gaps are even, in order along the
// normal; the longest are found first, so that a stray slice takes none from a run. Every slice is
// in one; a slice with no neighbour at its gap is a run of its own. `positions`: as
// measure_spacing() has them. Pure.
std::vector<SlabRange> regular_runs(std::span<const double> positions,
                                    const Tolerances& tolerances);

// The runs that become images of their own: one, with all slices, where they make a grid together,
// where `options` repair or refuse them as a whole, or where the runs would be no stacks but
// debris. Runs are stacks when they hold 2.5 slices on average: two slices are even whatever their
// distance, so pairs prove nothing, and three that agree do.
std::vector<SlabRange> image_runs(std::span<const double> positions, const Tolerances& tolerances,
                                  const ImageOptions& options);

}  // namespace dcmflow
