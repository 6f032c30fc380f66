#include "stages/sorting/labels.h"

#include <limits>
#include <utility>

namespace dcmflow {

Labels label_by_both(const Labels& outer, const Labels& inner) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  pairs.reserve(outer.of.size());
  for (std::size_t i = 0; i < outer.of.size(); ++i) pairs.emplace_back(outer.of[i], inner.of[i]);
  return rank_values(pairs);
}

bool is_within(const Labels& fine, const Labels& coarse) {
  constexpr auto none = std::numeric_limits<std::uint32_t>::max();
  std::vector<std::uint32_t> coarse_of(fine.count, none);
  for (std::size_t i = 0; i < fine.of.size(); ++i) {
    auto& label = coarse_of[fine.of[i]];
    if (label != none && label != coarse.of[i]) return false;
    label = coarse.of[i];
  }
  return true;
}

}  // namespace dcmflow
