#include "stages/name_by_template.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "stages/dicom/attributes.h"
#include "stages/dicom/value_text.h"
#include "stages/naming/safe_name.h"

namespace dcmflow {
namespace {

// The images of a series that want one name, in the order of the series.
struct SharedName {
  std::string base;
  std::vector<Stack*> stacks;
  std::vector<std::string> suffixes;  // of each, all different
};

std::string text_of(const Stack& stack, AttributeIndex attribute) {
  return std::string(stack.frames.front().find(attribute).value_or(""));
}

std::int64_t number_of(const Stack& stack, AttributeIndex attribute) {
  return parse_integer(text_of(stack, attribute))
      .value_or(std::numeric_limits<std::int64_t>::max());
}

auto order_of(const SharedName& shared) {
  const Stack& stack = *shared.stacks.front();
  const Series& series = *stack.series;
  return std::tuple(
      folded_name(shared.base), text_of(stack, attribute_index(0x00080020)),
      text_of(stack, attribute_index(0x00080030)), text_of(stack, attribute_index(0x00080021)),
      text_of(stack, attribute_index(0x00080031)), number_of(stack, attribute_index(0x00200011)),
      number_of(stack, attribute_index(0x00200012)), text_of(stack, attribute_index(0x00080032)),
      text_of(stack, attribute_index(0x00080050)), shared.base, stack.grid.size, stack.grid.origin,
      stack.grid.spacing, series.study_instance_uid, series.series_instance_uid, series.patient);
}

// Further images of a series with one suffix get a number behind it.
void tell_suffixes_apart(SharedName& shared) {
  std::set<std::string> used;
  for (const Stack* stack : shared.stacks) {
    auto suffix = stack->field_suffix;
    for (std::size_t number = 2; !used.insert(folded_name(suffix)).second; ++number)
      suffix = stack->field_suffix + '_' + std::to_string(number);
    shared.suffixes.push_back(std::move(suffix));
  }
}

std::vector<SharedName> shared_names(std::span<SortedSeries> sorted,
                                     const PathTemplate& path_template) {
  std::vector<SharedName> all;
  for (auto& series : sorted) {
    std::map<std::string, SharedName> by_name;
    for (Stack& stack : series.stacks) {
      const auto find = [&](AttributeIndex attribute) {
        return stack.frames.front().find(attribute);
      };
      auto base = path_template.path(find);
      auto& shared = by_name[folded_name(base)];
      if (shared.stacks.empty()) shared.base = std::move(base);
      shared.stacks.push_back(&stack);
    }
    for (auto& [folded, shared] : by_name) all.push_back(std::move(shared));
  }
  for (auto& shared : all) tell_suffixes_apart(shared);
  std::vector<std::pair<decltype(order_of(all.front())), std::size_t>> order;
  for (std::size_t i = 0; i < all.size(); ++i) order.emplace_back(order_of(all[i]), i);
  std::ranges::sort(order);
  std::vector<SharedName> in_order;
  for (const auto& [key, i] : order) in_order.push_back(std::move(all[i]));
  return in_order;
}

class Names {
 public:
  Names(std::span<SortedSeries> sorted, std::span<const std::string_view> taken) {
    for (const auto name : taken) holders_.emplace(folded_name(name), nullptr);
    for (const auto& series : sorted)
      if (!series.stacks.empty()) {
        const auto& of = series.stacks.front().series;
        uids_.emplace(of->series_instance_uid, of);
      }
  }

  // The names of all its images with `number` behind the base, or none of them: then the holder of
  // the first that is taken.
  struct Taken {
    SeriesPtr holder;
  };
  std::optional<Taken> take(const SharedName& shared, const std::string& number) {
    std::vector<std::string> wanted;
    for (const auto& suffix : shared.suffixes) wanted.push_back(shared.base + number + suffix);
    const SeriesPtr& series = shared.stacks.front()->series;
    for (const auto& name : wanted) {
      if (const auto held = holders_.find(folded_name(name)); held != holders_.end())
        return Taken{held->second};
      const auto uid = uids_.find(name);
      if (uid != uids_.end() && uid->first != series->series_instance_uid)
        return Taken{uid->second};
    }
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      holders_.emplace(folded_name(wanted[i]), series);
      shared.stacks[i]->image_stem = std::move(wanted[i]);
    }
    return std::nullopt;
  }

 private:
  std::map<std::string, SeriesPtr> holders_;  // by the folded name
  std::map<std::string, SeriesPtr> uids_;     // under which lists name a series
};

}  // namespace

std::vector<NameCollision> name_by_template(std::span<SortedSeries> sorted,
                                            const PathTemplate& path_template,
                                            std::span<const std::string_view> taken) {
  Names names(sorted, taken);
  const auto all = shared_names(sorted, path_template);
  // No number takes a name that is meant as it stands: those come first.
  std::vector<std::pair<const SharedName*, SeriesPtr>> pending;
  for (const auto& shared : all)
    if (auto found = names.take(shared, ""))
      pending.emplace_back(&shared, std::move(found->holder));
  std::map<std::string, std::size_t> next;  // number to try, by the folded base
  std::vector<NameCollision> collisions;
  for (auto& [shared, holder] : pending) {
    auto& number = next.try_emplace(folded_name(shared->base), 2).first->second;
    std::string suffix;
    do suffix = '_' + std::to_string(number++);
    while (names.take(*shared, suffix));
    collisions.push_back({shared->stacks.front()->series, std::move(holder), std::move(suffix)});
  }
  return collisions;
}

}  // namespace dcmflow
