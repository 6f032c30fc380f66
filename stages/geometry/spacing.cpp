#include "stages/geometry/spacing.h"

#include <algorithm>
#include <cmath>

namespace dcmflow {
namespace {

constexpr double most_missing = 1e9;

// Of two middle ones the smaller: where slices are missing, gaps are too large, never too small.
double median_of(std::vector<double> gaps) {
  const auto middle = gaps.begin() + static_cast<std::ptrdiff_t>((gaps.size() - 1) / 2);
  std::ranges::nth_element(gaps, middle);
  return *middle;
}

std::uint32_t missing_in(double gap, double step) {
  return static_cast<std::uint32_t>(
      std::min(std::max(std::round(gap / step) - 1, 0.0), most_missing));
}

std::uint32_t missing_in_all(const std::vector<double>& gaps, double step) {
  double missing = 0;
  for (const double gap : gaps) missing += missing_in(gap, step);
  return static_cast<std::uint32_t>(std::min(missing, most_missing));
}

// The gap of the slices that are nearest to each other.
double fine_step(const std::vector<double>& gaps) {
  const double least = std::ranges::min(gaps);
  std::vector<double> fine;
  std::ranges::copy_if(gaps, std::back_inserter(fine), [&](double g) { return g < 1.5 * least; });
  return median_of(std::move(fine));
}

}  // namespace

std::optional<std::uint32_t> missing_of_whole_steps(std::span<const double> positions, double step,
                                                    const Tolerances& tolerances) {
  const double jitter = std::max(tolerances.spacing_jitter * step, tolerances.spacing_jitter_mm);
  double missing = 0;
  for (std::size_t i = 1; i < positions.size(); ++i) {
    const double gap = positions[i] - positions[i - 1];
    const double steps = std::round(gap / step);
    const bool whole = steps >= 2 ? std::abs(gap / step - steps) <= tolerances.missing_slices
                                  : std::abs(gap - step) <= jitter;
    if (!whole) return std::nullopt;
    missing += missing_in(gap, step);
  }
  return static_cast<std::uint32_t>(std::min(missing, most_missing));
}

Spacing measure_spacing(std::span<const double> positions, const Tolerances& tolerances) {
  Spacing spacing;
  if (positions.size() < 2) return spacing;
  std::vector<double> gaps(positions.size() - 1);
  for (std::size_t i = 0; i < gaps.size(); ++i) gaps[i] = positions[i + 1] - positions[i];
  const double median = median_of(gaps);
  spacing.median_gap = spacing.step = median;
  spacing.worst_gap =
      std::ranges::max(gaps, {}, [&](double gap) { return std::abs(gap - median); });

  const double worst = std::abs(spacing.worst_gap - median);
  const double regular =
      std::max(tolerances.spacing_regular * median, tolerances.spacing_regular_mm);
  const double jitter = std::max(tolerances.spacing_jitter * median, tolerances.spacing_jitter_mm);
  spacing.kind = worst <= regular  ? SpacingKind::regular
                 : worst <= jitter ? SpacingKind::jitter
                                   : SpacingKind::irregular;
  if (spacing.kind != SpacingKind::irregular) return spacing;
  for (const double step : {median, fine_step(gaps)}) {
    const auto missing = missing_of_whole_steps(positions, step, tolerances);
    // Never more planes that are made up than slices.
    if (!missing || *missing > positions.size()) continue;
    spacing.kind = SpacingKind::missing;
    spacing.step = step;
    spacing.missing = *missing;
    return spacing;
  }
  spacing.missing = missing_in_all(gaps, median);
  return spacing;
}

}  // namespace dcmflow
