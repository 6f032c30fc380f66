#include "stages/sorting/name_stacks.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "stages/sorting/field_suffixes.h"
#include "stages/sorting/main_image.h"
#include "stages/sorting/split_series.h"

namespace dcmflow {
namespace {

// What a volume that is an image of its own adds to the name of its cluster's: "time2".
std::string volume_word(const OrderedCluster& origin) {
  const bool is_one_of_many = origin.volumes == 1 && !origin.dimension.empty();
  return is_one_of_many ? origin.dimension + std::to_string(origin.volume + 1) : "";
}

EchoNumbers echoes_of(const std::vector<SortedStack>& sorted) {
  std::vector<const Frame*> first_frames;
  for (const auto& [stack, origin] : sorted) first_frames.push_back(&stack.frames.front());
  return EchoNumbers(first_frames);
}

// `word`, with its number, is what tells it from the main image: not said again where echo or
// component say it.
std::string field_suffix(const SortedStack& named, const EchoNumbers& echoes, std::string word,
                         unsigned nth, const std::string& volume) {
  const auto& component = named.origin.cluster.properties[component_property];
  const auto of_component = component_suffix(component);
  const auto echo = echoes.number_of(named.stack.frames.front());
  std::string suffix;
  if (echo) suffix += "_e" + std::to_string(*echo);
  suffix += of_component;
  const bool is_told = (echo && word == "echo") || (!of_component.empty() && word == component);
  if (is_told) word.clear();
  if (!volume.empty()) word += (word.empty() ? "" : "_") + volume;
  if (word.empty()) return suffix;
  suffix += '_' + word;
  if (nth > 1 && !is_told) suffix += std::to_string(nth);
  return suffix;
}

}  // namespace

std::vector<Stack> name_stacks(std::vector<SortedStack> sorted, const Tolerances& tolerances) {
  std::vector<std::pair<MainOrder, SortedStack*>> order;
  for (auto& s : sorted) order.emplace_back(main_order(s.stack, s.origin), &s);
  std::ranges::sort(order, {}, [](const auto& o) -> const MainOrder& { return o.first; });
  std::vector<Stack> stacks;
  stacks.reserve(order.size());
  std::map<std::string, unsigned> uses;
  const auto echoes = echoes_of(sorted);
  for (const auto& [key, named] : order) {
    auto& [stack, origin] = *named;
    const auto& main = order.front().second->origin.cluster;
    stack.is_main = stacks.empty();
    stack.image_stem = stack.series->series_instance_uid;
    std::string split_off;
    std::string volume;
    unsigned nth = 1;
    if (!stack.is_main) {
      volume = volume_word(origin);
      if (volume.empty() || !is_one_cluster(origin.cluster, main))
        split_off = split_word(origin.cluster, main, tolerances);
      auto& word = stack.split_reason;
      word = split_off;
      if (!volume.empty()) word += (word.empty() ? "" : "_") + volume;
      nth = ++uses[word];
      stack.image_stem += '_' + word + (nth == 1 ? "" : std::to_string(nth));
    }
    stack.field_suffix = field_suffix(*named, echoes, split_off, nth, volume);
    stacks.push_back(std::move(stack));
  }
  return stacks;
}

}  // namespace dcmflow
