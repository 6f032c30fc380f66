#include "stages/geometry/spacing.h"

#include <algorithm>
#include <cmath>

namespace dcmflow {

Spacing measure_spacing(std::span<const double> positions, const Tolerances& tolerances) {
  Spacing spacing;
  if (positions.size() < 2) return spacing;
  std::vector<double> gaps(positions.size() - 1);
  for (std::size_t i = 0; i < gaps.size(); ++i) gaps[i] = positions[i + 1] - positions[i];
  auto sorted = gaps;
  // Of two middle gaps the smaller: where slices are missing, gaps are too large, never too small.
  const auto middle = (sorted.size() - 1) / 2;
  std::ranges::nth_element(sorted, sorted.begin() + static_cast<std::ptrdiff_t>(middle));
  const double median = sorted[middle];
  spacing.median_gap = median;
  spacing.worst_gap =
      std::ranges::max(gaps, {}, [&](double gap) { return std::abs(gap - median); });

  const double worst = std::abs(spacing.worst_gap - median);
  const double regular =
      std::max(tolerances.spacing_regular * median, tolerances.spacing_regular_mm);
  const double jitter = std::max(tolerances.spacing_jitter * median, tolerances.spacing_jitter_mm);
  spacing.kind = worst <= regular  ? SpacingKind::regular
                 : worst <= jitter ? SpacingKind::jitter
                                   : SpacingKind::missing;
  if (spacing.kind != SpacingKind::missing) return spacing;
  for (const double gap : gaps) {
    const double steps = std::round(gap / median);
    const bool whole = steps >= 2 ? std::abs(gap / median - steps) <= tolerances.missing_slices
                                  : std::abs(gap - median) <= jitter;
    if (!whole) {
      spacing.kind = SpacingKind::irregular;
      return spacing;
    }
    spacing.missing += static_cast<std::uint32_t>(std::min(steps - 1, 1e9));
  }
  return spacing;
}

}  // namespace dcmflow
