#include "stages/sorting/name_stacks.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "stages/sorting/main_image.h"
#include "stages/sorting/split_series.h"

namespace dcmflow {
namespace {

// What a volume that is an image of its own adds to the name of its cluster's: "time2".
std::string volume_word(const OrderedCluster& origin) {
  const bool is_one_of_many = origin.volumes == 1 && !origin.dimension.empty();
  return is_one_of_many ? origin.dimension + std::to_string(origin.volume + 1) : "";
}

}  // namespace

std::vector<Stack> name_stacks(std::vector<SortedStack> sorted, const Tolerances& tolerances) {
  std::vector<std::pair<MainOrder, SortedStack*>> order;
  for (auto& s : sorted) order.emplace_back(main_order(s.stack, s.origin), &s);
  std::ranges::sort(order, {}, [](const auto& o) -> const MainOrder& { return o.first; });
  std::vector<Stack> stacks;
  stacks.reserve(order.size());
  std::map<std::string, unsigned> uses;
  for (const auto& [key, named] : order) {
    auto& [stack, origin] = *named;
    const auto& main = order.front().second->origin.cluster;
    stack.is_main = stacks.empty();
    stack.image_stem = stack.series->series_instance_uid;
    if (!stack.is_main) {
      const auto volume = volume_word(origin);
      auto& word = stack.split_reason;
      if (volume.empty() || !is_one_cluster(origin.cluster, main))
        word = split_word(origin.cluster, main, tolerances);
      if (!volume.empty()) word += (word.empty() ? "" : "_") + volume;
      const auto nth = ++uses[word];
      stack.image_stem += '_' + word + (nth == 1 ? "" : std::to_string(nth));
    }
    stacks.push_back(std::move(stack));
  }
  return stacks;
}

}  // namespace dcmflow
