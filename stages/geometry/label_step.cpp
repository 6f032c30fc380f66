#include "stages/geometry/label_step.h"

#include <algorithm>

#include "stages/dicom/attributes.h"
#include "stages/dicom/value_text.h"
#include "stages/geometry/spacing.h"

namespace dcmflow {

std::optional<LabelStep> find_label_step(const Frame& first, std::span<const double> positions,
                                         const Tolerances& tolerances) {
  const auto spacing = measure_spacing(positions, tolerances);
  const bool is_even = spacing.kind == SpacingKind::regular || spacing.kind == SpacingKind::jitter;
  double least = positions[1] - positions[0];
  for (std::size_t i = 2; i < positions.size(); ++i)
    least = std::min(least, positions[i] - positions[i - 1]);
  const double between =
      parse_decimal(first.find(attribute_index(0x00180088)).value_or("")).value_or(0);
  const double thickness =
      is_even && positions.size() > 2 ? 0 : first.slice_thickness().value_or(0);
  const auto series = first.instance->shared->referenced_instances;
  std::optional<LabelStep> found;
  for (const double step : {between, thickness, is_even ? spacing.median_gap : least}) {
    if (!(step > 0)) continue;
    const auto omitted = missing_of_whole_steps(positions, step, tolerances);
    if (!omitted) continue;
    if (series == 0 || positions.size() + *omitted <= series) return LabelStep{step, *omitted};
    if (!found) found = LabelStep{step, *omitted};
  }
  return found;
}

std::uint64_t most_label_slices(const Frame& first, std::size_t frames) {
  constexpr std::uint64_t without_series = 4096;
  const std::uint64_t series = first.instance->shared->referenced_instances;
  return series > frames ? series : std::max<std::uint64_t>(without_series, frames);
}

}  // namespace dcmflow
