#include "stages/labels/plane_places.h"

#include <algorithm>
#include <cstddef>

namespace dcmflow {

double plane_step(const std::vector<double>& places, double most_off) {
  if (places.size() < 3) return 1;
  std::vector<double> gaps;
  for (std::size_t i = 1; i < places.size(); ++i) gaps.push_back(places[i] - places[i - 1]);
  const double least = *std::ranges::min_element(gaps);
  const auto like_it = static_cast<std::size_t>(
      std::ranges::count_if(gaps, [&](double gap) { return gap - least <= most_off; }));
  if (2 * like_it < gaps.size() || least <= 1 + most_off) return 1;
  // Of gaps that rounding tells apart the widest: all of them are bridged.
  double widest = least;
  for (const double gap : gaps)
    if (gap - least <= most_off) widest = std::max(widest, gap);
  return widest;
}

std::int32_t nearest_plane(const std::vector<double>& places, double step, double place) {
  const auto above = std::ranges::upper_bound(places, place - plane_rounding) - places.begin();
  auto best = static_cast<std::size_t>(above);
  const bool has_below = best > 0, has_above = best < places.size();
  if (!has_above && !has_below) return -1;
  if (!has_above || (has_below && place - places[best - 1] < places[best] - place - plane_rounding))
    --best;
  const double off = place - places[best];
  if (off < -step / 2 - plane_rounding || off >= step / 2 - plane_rounding) return -1;
  return static_cast<std::int32_t>(best);
}

}  // namespace dcmflow
