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
  for (const double step : {between, thickness, is_even ? spacing.median_gap : least}) {
    if (!(step > 0)) continue;
    if (const auto omitted = missing_of_whole_steps(positions, step, tolerances))
      return LabelStep{step, *omitted};
  }
  return std::nullopt;
}

std::uint32_t most_label_slices(const Frame& first) {
  constexpr std::uint32_t without_series = 4096;
  const auto referenced = first.instance->shared->referenced_instances;
  return referenced > 0 ? referenced : without_series;
}

}  // namespace dcmflow
