#pragma once
// The distances between the slices of a stack: are they even, and if not, how not. Pure; no
// Problems.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "stages/geometry/tolerances.h"

namespace dcmflow {

// missing: the gaps are whole multiples of `step`, which are not more slices than there are.
// irregular: anything else.
enum class SpacingKind : std::uint8_t { single, regular, jitter, missing, irregular };

struct Spacing {
  SpacingKind kind = SpacingKind::single;
  double median_gap = 0;  // mm
  double worst_gap = 0;   // the gap furthest from the median, mm
  double step = 0;        // mm: the median gap; where fine slices lie between coarse ones, theirs
  // Slices missing inside by gap ÷ step, to the nearest whole number, whatever the remainder.
  std::uint32_t missing = 0;
};

// `positions`: projections on the normal in mm, strictly ascending.
Spacing measure_spacing(std::span<const double> positions, const Tolerances& tolerances);

// How many slices are missing between those of `positions` when each gap is a whole number of
// steps, within the tolerances; nullopt when one is not. REQUIRES: step > 0.
std::optional<std::uint32_t> missing_of_whole_steps(std::span<const double> positions, double step,
                                                    const Tolerances& tolerances);

}  // namespace dcmflow
