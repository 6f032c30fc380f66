#include "stages/selection/image_values.h"

#include <algorithm>
#include <unordered_set>

#include "stages/base/ascii.h"

namespace dcmflow {
namespace {

// VRs whose text may hold a '\' of its own (PS3.5 6.2).
constexpr std::string_view unsplit_vrs = "LT ST UT UR";

constexpr std::string_view padding(" \0", 2);

ValueList split(std::string_view text, bool several) {
  ValueList values;
  bool blank = true;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = several ? std::min(text.find('\\', begin), text.size()) : text.size();
    values.push_back(trimmed(text.substr(begin, end - begin), padding));
    blank &= values.back().empty();
    begin = end + 1;
  }
  if (blank) values.clear();
  return values;
}

}  // namespace

const std::vector<ValueList>& ImageValues::find(const RuleKey& key) {
  const auto known = std::ranges::find(read_, key, [](const auto& entry) { return entry.first; });
  if (known != read_.end()) return *known->second;
  return *read_.emplace_back(key, std::make_unique<const std::vector<ValueList>>(read(key))).second;
}

const ValueList& ImageValues::first(const RuleKey& key) {
  const auto& lists = find(key);
  const auto has = std::ranges::find_if(lists, [](const auto& list) { return !list.empty(); });
  return has == lists.end() ? lists.front() : *has;
}

std::vector<ValueList> ImageValues::read(const RuleKey& key) const {
  std::vector<ValueList> lists;
  switch (key.source) {
    case RuleKey::Source::attribute:
      lists = read_attribute(key.attribute);
      break;
    case RuleKey::Source::path:
      lists = read_paths();
      break;
    case RuleKey::Source::fact:
      lists.emplace_back(facts_.of(key.fact).begin(), facts_.of(key.fact).end());
      break;
    case RuleKey::Source::unknown:
      break;
  }
  if (lists.empty()) lists.emplace_back();
  return lists;
}

std::vector<ValueList> ImageValues::read_attribute(AttributeIndex attribute) const {
  const std::string& vr = table_[attribute].vr;
  const bool several = unsplit_vrs.find(vr) == std::string_view::npos || vr.size() != 2;
  std::vector<ValueList> lists;
  std::unordered_set<std::string_view> seen;
  bool some_blank = false;
  const SharedHeader* last = nullptr;  // the text was in it: most frames share one header
  for (const Frame& frame : frames_) {
    const bool own = frame.instance->frames() || frame.instance->values.find(attribute);
    if (!own && frame.instance->shared && frame.instance->shared.get() == last) continue;
    last = own ? nullptr : frame.instance->shared.get();
    const auto text = frame.find(attribute).value_or("");
    if (!seen.insert(text).second) continue;
    ValueList list = split(text, several);
    if (list.empty() && std::exchange(some_blank, true)) continue;
    lists.push_back(std::move(list));
  }
  return lists;
}

std::vector<ValueList> ImageValues::read_paths() const {
  std::vector<ValueList> lists;
  std::unordered_set<std::string_view> seen;
  for (const Frame& frame : frames_)
    if (frame.instance->file && seen.insert(frame.instance->file->place()).second)
      lists.push_back({frame.instance->file->place()});
  return lists;
}

}  // namespace dcmflow
