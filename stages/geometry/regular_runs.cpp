#include "stages/geometry/regular_runs.h"

#include <algorithm>
#include <cmath>

#include "stages/geometry/spacing.h"

namespace dcmflow {
namespace {

// Slices `first` to `last`, whose gaps are even.
struct EvenGaps {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
  std::uint32_t gaps() const { return last - first; }
};

std::vector<EvenGaps> find_even_gaps(std::span<const double> positions,
                                     const Tolerances& tolerances) {
  std::vector<EvenGaps> found;
  double gap = 0;  // of the last of `found`
  for (std::uint32_t k = 1; k < positions.size(); ++k) {
    const double next = positions[k] - positions[k - 1];
    const double tolerance =
        std::max(tolerances.spacing_jitter * gap, tolerances.spacing_jitter_mm);
    if (found.empty() || std::abs(next - gap) > tolerance) {
      found.push_back({k - 1, k - 1});
      gap = next;
    }
    found.back().last = k;
  }
  return found;
}

}  // namespace

std::vector<SlabRange> regular_runs(std::span<const double> positions,
                                    const Tolerances& tolerances) {
  const auto slices = static_cast<std::uint32_t>(positions.size());
  const auto spacing = measure_spacing(positions, tolerances);
  if (spacing.kind != SpacingKind::missing && spacing.kind != SpacingKind::irregular)
    return {{0, slices}};
  auto even = find_even_gaps(positions, tolerances);
  std::ranges::stable_sort(even, std::greater{}, &EvenGaps::gaps);
  std::vector<bool> taken(slices);
  std::vector<SlabRange> runs;
  const auto take = [&](std::uint32_t first, std::uint32_t last) {
    runs.push_back({first, last - first + 1});
    for (auto k = first; k <= last; ++k) taken[k] = true;
  };
  // Neighbours share the slice between them: the longer has it.
  for (auto [first, last] : even) {
    const bool is_pair = last - first == 1;
    if (taken[first]) ++first;
    if (last > first && taken[last]) --last;
    const bool is_near = positions[last] - positions[first] < 1.5 * spacing.median_gap;
    if (last > first && (!is_pair || is_near)) take(first, last);
  }
  for (std::uint32_t k = 0; k < slices; ++k)
    if (!taken[k]) take(k, k);
  std::ranges::sort(runs, {}, &SlabRange::first_slice);
  return runs;
}

std::vector<SlabRange> image_runs(std::span<const double> positions, const Tolerances& tolerances,
                                  const ImageOptions& options) {
  std::vector<SlabRange> whole{{0, static_cast<std::uint32_t>(positions.size())}};
  const auto spacing = measure_spacing(positions, tolerances);
  const bool too_many_missing = spacing.missing > positions.size();
  if (spacing.kind == SpacingKind::missing)
    return options.on_missing == OnMissing::split ? regular_runs(positions, tolerances) : whole;
  if (spacing.kind != SpacingKind::irregular) return whole;
  if (options.on_irregular == OnIrregular::split && !too_many_missing)
    return regular_runs(positions, tolerances);
  const bool is_repaired =
      !options.strict && (too_many_missing ? options.on_missing == OnMissing::fill ||
                                                 options.on_missing == OnMissing::split
                                           : options.on_irregular == OnIrregular::resample);
  if (!is_repaired) return whole;
  auto runs = regular_runs(positions, tolerances);
  return 5 * runs.size() <= 2 * positions.size() ? runs : whole;
}

}  // namespace dcmflow
