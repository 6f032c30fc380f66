#pragma once
// The slices of a segmentation: a frame in which nothing is labelled may be left out (PS3.3
// C.8.20.3.1), so gaps tell nothing of the step from slice to slice. Pure; no Problems.

#include <cstdint>
#include <optional>
#include <span>

#include "stages/dicom_types.h"
#include "stages/geometry/tolerances.h"

namespace dcmflow {

// The step in mm of which all gaps are whole multiples, and how many slices are left out. In this
// order: Spacing Between Slices; Slice Thickness, unless three or more slices are evenly spaced,
// which says more; what the positions say, their even or smallest gap. The first that makes no more
// slices than the segmented series has, where that is known; else the first. nullopt when none is.
// `positions`: as measure_spacing() has them, at least two.
struct LabelStep {
  double step = 0;
  std::uint32_t omitted = 0;
};
std::optional<LabelStep> find_label_step(const Frame& first, std::span<const double> positions,
                                         const Tolerances& tolerances);

// The most slices that the image of a segmentation of so many frames has: as many as the series
// that it segments, and 4,096 where it names none, or only the slices of its frames.
std::uint64_t most_label_slices(const Frame& first, std::size_t frames);

}  // namespace dcmflow
