#pragma once
// Which volume, contrast or part each of some frames is of. Pure; no Problems.

#include <algorithm>
#include <cstdint>
#include <vector>

namespace dcmflow {

// Labels count from 0 in their order.
struct Labels {
  std::vector<std::uint32_t> of;  // of each frame
  std::uint32_t count = 0;
};

// By the rank of each frame's value among all different ones.
template <class Value>
Labels rank_values(const std::vector<Value>& values) {
  auto distinct = values;
  std::ranges::sort(distinct);
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  Labels labels;
  labels.count = static_cast<std::uint32_t>(distinct.size());
  labels.of.reserve(values.size());
  for (const auto& value : values)
    labels.of.push_back(
        static_cast<std::uint32_t>(std::ranges::lower_bound(distinct, value) - distinct.begin()));
  return labels;
}

// By two labels at once, the first one outside.
Labels label_by_both(const Labels& outer, const Labels& inner);

// Whether frames of one label of `fine` are of one label of `coarse`.
bool is_within(const Labels& fine, const Labels& coarse);

}  // namespace dcmflow
