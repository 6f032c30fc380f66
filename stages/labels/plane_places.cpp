#include "stages/labels/plane_places.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace dcmflow {

PlaneStep plane_step(const std::vector<double>& places, double most_off) {
  if (places.size() < 3) return {};
  std::vector<double> gaps;
  for (std::size_t i = 1; i < places.size(); ++i) gaps.push_back(places[i] - places[i - 1]);
  std::ranges::sort(gaps);
  const double least = gaps.front();  // of two at least
  const auto past = std::ranges::upper_bound(gaps, least + most_off);
  if (2 * (past - gaps.begin()) < std::ssize(gaps)) return {};
  return {.own = std::max(1.0, least), .bridged = std::max(1.0, *std::prev(past))};
}

std::int32_t nearest_plane(const std::vector<double>& places, const PlaneStep& step, double place) {
  const auto above = std::ranges::upper_bound(places, place - plane_rounding) - places.begin();
  auto best = static_cast<std::size_t>(above);
  const bool has_below = best > 0, has_above = best < places.size();
  if (!has_above && !has_below) return -1;
  const bool is_between =
      has_above && has_below && places[best] - places[best - 1] <= step.bridged + plane_rounding;
  if (!has_above || (has_below && place - places[best - 1] < places[best] - place - plane_rounding))
    --best;
  const double off = place - places[best], most = step.own / 2 - plane_rounding;
  if (!is_between && (off < -step.own / 2 - plane_rounding || off >= most)) return -1;
  return static_cast<std::int32_t>(best);
}

}  // namespace dcmflow
