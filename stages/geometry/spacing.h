#pragma once
// The distances between the slices of a stack: are they even, and if not, how not.

#include <cstdint>
#include <span>
#include <vector>

#include "stages/geometry/tolerances.h"

namespace dcmflow {

enum class SpacingKind : std::uint8_t { single, regular, jitter, missing, irregular };

struct Spacing {
  SpacingKind kind = SpacingKind::single;
  double median_gap = 0;      // mm
  double worst_gap = 0;       // the gap furthest from the median, mm
  std::uint32_t missing = 0;  // slices missing inside, when kind is missing
};

// `positions`: projections on the normal in mm, strictly ascending.
Spacing measure_spacing(std::span<const double> positions, const Tolerances& tolerances);

}  // namespace dcmflow
