#include "stages/sorting/label_positions.h"

#include <algorithm>

#include "stages/geometry/spacing.h"

namespace dcmflow {

bool is_even(const PositionsMm& positions, const Tolerances& tolerances) {
  const auto kind = measure_spacing(positions, tolerances).kind;
  return kind != SpacingKind::missing && kind != SpacingKind::irregular;
}

bool is_stack(const PositionsMm& part, const PositionsMm& all, const Tolerances& tolerances) {
  if (is_even(part, tolerances)) return true;
  const auto spacing = measure_spacing(part, tolerances);
  if (spacing.kind == SpacingKind::irregular) {
    const auto inside =
        std::ranges::count_if(all, [&](double p) { return p >= part.front() && p <= part.back(); });
    return static_cast<std::size_t>(inside) == part.size();
  }
  const double near = 0.25 * spacing.median_gap;
  for (std::size_t k = 0; k + 1 < part.size(); ++k)
    for (double empty = part[k] + spacing.median_gap; empty < part[k + 1] - near;
         empty += spacing.median_gap) {
      const auto at = std::ranges::lower_bound(all, empty - near);
      if (at != all.end() && *at <= empty + near) return false;
    }
  return true;
}

std::vector<PositionsMm> positions_of(const Labels& labels, const Positions& positions) {
  std::vector<PositionsMm> of_labels(labels.count);
  for (std::uint32_t position = 0; position < positions.size(); ++position)
    for (auto i = positions.begin_of(position); i < positions.ends[position]; ++i) {
      auto& of_label = of_labels[labels.of[i]];
      if (of_label.empty() || of_label.back() != positions.mm[position])
        of_label.push_back(positions.mm[position]);
    }
  return of_labels;
}

bool any_interleave(const std::vector<PositionsMm>& parts) {
  for (std::size_t a = 0; a < parts.size(); ++a)
    for (std::size_t b = a + 1; b < parts.size(); ++b)
      if (parts[a].front() < parts[b].back() && parts[b].front() < parts[a].back()) return true;
  return false;
}

}  // namespace dcmflow
