#include "stages/name_by_bids.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "stages/base/ascii.h"
#include "stages/dicom/attributes.h"
#include "stages/dicom/value_text.h"
#include "stages/naming/safe_name.h"
#include "stages/selection/bids_participants.h"
#include "stages/selection/bids_rule.h"
#include "stages/selection/collect_selections.h"
#include "stages/selection/selection_rules_types.h"
#include "stages/sorting/field_suffixes.h"
#include "stages/sorting/image_type.h"

namespace dcmflow {
namespace {

constexpr std::size_t most_label = 40;  // letters of a label that attributes make

std::string text_of(const Stack& stack, AttributeIndex attribute) {
  return std::string(trimmed(stack.frames.front().find(attribute).value_or(""), {" \0", 2}));
}

std::int64_t number_of(const Stack& stack, AttributeIndex attribute) {
  return parse_integer(text_of(stack, attribute))
      .value_or(std::numeric_limits<std::int64_t>::max());
}

// Date and time, then what tells images of one moment apart, whatever their UIDs are as long as
// anything else does.
auto acquired(const Stack& stack) {
  // Of the acquisition, the series, the study.
  constexpr std::array clocks{std::pair(attribute_index(0x00080022), attribute_index(0x00080032)),
                              std::pair(attribute_index(0x00080021), attribute_index(0x00080031)),
                              std::pair(attribute_index(0x00080020), attribute_index(0x00080030))};
  auto when = text_of(stack, attribute_index(0x0008002A));  // Acquisition DateTime
  for (const auto& [date, time] : clocks)
    if (when.empty() && !text_of(stack, time).empty())
      when = text_of(stack, date) + text_of(stack, time);
  return std::tuple(when, number_of(stack, attribute_index(0x00200011)),
                    number_of(stack, attribute_index(0x00200012)), stack.grid.origin,
                    stack.image_stem);
}

struct Placed {
  Stack* stack = nullptr;
  const Selection* selection = nullptr;
  bool is_kept = true;  // else it would be in the place of another
  std::shared_ptr<BidsImage> image = std::make_shared<BidsImage>();
  std::map<std::size_t, std::string> entities;  // "echo-2", by their place in a name
};

// The first selection that keeps each image, or, where none does, that could.
std::vector<Placed> place_images(std::span<SortedSeries> sorted,
                                 const std::vector<std::vector<Candidate>>& candidates,
                                 const SelectionRules& rules) {
  const auto selected = collect_selections(candidates, rules);
  std::set<std::tuple<std::string_view, std::size_t, std::size_t>> kept;
  for (const auto& selection : selected.selections)
    for (const auto& [series, image] : selection.images)
      kept.emplace(selection.name, series, image);
  std::vector<Placed> placed;
  for (std::size_t i = 0; i < candidates.size(); ++i)
    for (std::size_t k = 0; k < candidates[i].size(); ++k) {
      const Candidate& candidate = candidates[i][k];
      if (candidate.image >= sorted[i].stacks.size()) continue;
      const auto& series = *candidate.facts.series;
      Placed one;
      one.stack = &sorted[i].stacks[candidate.image];
      for (std::size_t s = 0; s < rules.selections.size(); ++s) {
        const Selection& selection = *rules.selections[s];
        if (!selection.bids || !candidate.matches[s].matched) continue;
        const std::string_view name =
            selection.name.empty() ? series.series_instance_uid : selection.name;
        const bool keeps = kept.contains({name, i, k});
        if (one.selection != nullptr && !keeps) continue;
        one.selection = &selection;
        one.is_kept = keeps;
        if (keeps) break;
      }
      if (one.selection != nullptr) placed.push_back(std::move(one));
    }
  std::ranges::sort(placed, {}, [](const Placed& one) { return acquired(*one.stack); });
  for (std::size_t order = 0; auto& one : placed) {
    one.image->rule = one.selection->bids;
    one.image->selection = one.selection->name;
    one.image->order = order++;
  }
  return placed;
}

std::size_t entity_place(std::string_view key) {
  return static_cast<std::size_t>(std::ranges::find(bids_entities, key) - bids_entities.begin());
}

void add_entity(Placed& one, std::string_view key, const std::string& label) {
  one.entities[entity_place(key)] = std::string(key) + '-' + label;
}

void fill_entities(Placed& one) {
  const auto find = [&](AttributeIndex attribute) {
    return one.stack->frames.front().find(attribute);
  };
  for (const BidsEntity& entity : one.image->rule->entities) {
    auto label = entity.value.label(find, most_label);
    // A task there must be; what else the header does not say is not said.
    if (label.empty() && entity.key == "task") label = "unknown";
    if (entity.key == "task") one.image->task = label;
    if (!label.empty()) add_entity(one, entity.key, label);
  }
}

// The path without the entities that are still to come.
std::string name_of(const Placed& one) {
  const auto& image = *one.image;
  const auto session = image.session.empty() ? "" : "ses-" + image.session;
  std::string name = "sub-" + image.subject + '/' + session + (session.empty() ? "" : "/");
  name.append(image.rule->datatype).append("/sub-").append(image.subject);
  if (!session.empty()) name += '_' + session;
  for (const auto& [place, entity] : one.entities) name += '_' + entity;
  return name.append("_").append(image.rule->suffix);
}

using Group = std::vector<Placed*>;

// Those of one name to a file system that ignores case, in the order of acquisition.
std::vector<Group> same_names(std::span<Placed> placed) {
  std::map<std::string, Group> by_name;
  for (auto& one : placed) by_name[folded_name(name_of(one))].push_back(&one);
  std::vector<Group> groups;
  for (auto& [name, group] : by_name) groups.push_back(std::move(group));
  return groups;
}

bool knows_echoes(const BidsRule& rule) {
  return rule.datatype == "anat" || rule.datatype == "func";
}
bool knows_parts(const BidsRule& rule) { return knows_echoes(rule) || rule.datatype == "dwi"; }

std::string part_of(const Stack& stack) {
  const auto component = image_component(stack.frames.front());
  if (component == "phase") return "phase";
  if (component == "real") return "real";
  return component == "imaginary" ? "imag" : "";
}

void tell_echoes_apart(const Group& group) {
  std::map<const Series*, Group> by_series;
  for (Placed* one : group) by_series[one->stack->series.get()].push_back(one);
  for (const auto& [series, images] : by_series) {
    std::vector<const Frame*> first_frames;
    for (const Placed* one : images) first_frames.push_back(&one->stack->frames.front());
    const EchoNumbers echoes(first_frames);
    std::vector<std::size_t> numbers;
    for (const Frame* frame : first_frames) numbers.push_back(echoes.number_of(*frame).value_or(1));
    if (std::ranges::all_of(numbers, [&](std::size_t n) { return n == numbers.front(); })) continue;
    for (std::size_t i = 0; i < images.size(); ++i)
      add_entity(*images[i], "echo", std::to_string(numbers[i]));
  }
}

void tell_parts_apart(const Group& group) {
  const bool are_several =
      std::ranges::any_of(group, [](const Placed* one) { return !part_of(*one->stack).empty(); });
  if (!are_several) return;
  for (Placed* one : group) {
    const auto part = part_of(*one->stack);
    add_entity(*one, "part", part.empty() ? "mag" : part);
  }
}

// Those that are kept first, so that their numbers do not depend on the others.
void count_runs(const Group& group) {
  auto order = group;
  std::ranges::stable_sort(order, {}, [](const Placed* one) { return !one->is_kept; });
  const auto kept = std::ranges::count(order, true, [](const Placed* one) { return one->is_kept; });
  for (std::size_t i = 0; i < order.size(); ++i)
    if (i > 0 || kept > 1 || (kept == 0 && order.size() > 1))
      add_entity(*order[i], "run", std::to_string(i + 1));
}

}  // namespace

std::vector<SeriesPtr> name_by_bids(std::span<SortedSeries> sorted,
                                    const std::vector<std::vector<Candidate>>& candidates,
                                    const SelectionRules& rules, const Participants* participants) {
  auto placed = place_images(sorted, candidates, rules);
  std::vector<PlacedImage> images;
  for (const auto& one : placed) images.push_back({one.stack, one.image.get()});
  auto unlisted = find_participants(images, participants);
  std::ranges::for_each(placed, fill_entities);
  const auto is_told = [](const Placed& one, std::string_view key) {
    return one.entities.contains(entity_place(key));
  };
  for (const auto& group : same_names(placed))
    if (knows_echoes(*group.front()->image->rule) && !is_told(*group.front(), "echo"))
      tell_echoes_apart(group);
  for (const auto& group : same_names(placed))
    if (knows_parts(*group.front()->image->rule) && !is_told(*group.front(), "part"))
      tell_parts_apart(group);
  for (auto& one : placed) one.image->unnumbered = name_of(one);
  for (const auto& group : same_names(placed)) count_runs(group);
  for (auto& one : placed) {
    one.stack->image_stem = name_of(one);
    one.stack->bids = std::move(one.image);
  }
  return unlisted;
}

}  // namespace dcmflow
