#include "stages/selection/series_values.h"

#include <algorithm>
#include <charconv>

#include "stages/base/ascii.h"

namespace dcmflow {
namespace {

// VRs whose text may hold a '\' of its own (PS3.5 6.2).
constexpr std::string_view unsplit_vrs = "LT ST UT UR";

constexpr std::string_view padding(" \0", 2);

std::vector<std::string_view> split(std::string_view text, bool several) {
  std::vector<std::string_view> values;
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

std::string to_text(double number) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  return {text.data(), end};
}

// In the order of SeriesFact.
constexpr auto readers = std::to_array<std::string (*)(const SeriesFacts&)>({
    [](const SeriesFacts& series) { return series.plane; },
    [](const SeriesFacts& series) { return std::to_string(series.slice_count); },
    [](const SeriesFacts& series) { return std::to_string(series.series->instances.size()); },
    [](const SeriesFacts& series) { return std::to_string(series.volume_count); },
    [](const SeriesFacts& series) {
      return series.slice_spacing ? to_text(*series.slice_spacing) : std::string();
    },
    [](const SeriesFacts& series) { return std::string(series.is_regular ? "true" : "false"); },
    [](const SeriesFacts& series) { return std::string(series.converted ? "true" : "false"); },
    [](const SeriesFacts& series) { return series.format; },
});
static_assert(readers.size() == series_facts.size());

}  // namespace

SeriesValues::SeriesValues(const SeriesFacts& facts, const AttributeTable& table)
    : series_(*facts.series), table_(table) {
  for (std::size_t i = 0; i < readers.size(); ++i) {
    facts_[i] = readers[i](facts);
    fact_views_[i] = facts_[i];
  }
}

std::span<const std::string_view> SeriesValues::find(const RuleKey& key) {
  if (key.source == RuleKey::Source::attribute) return find_attribute(key.attribute);
  if (key.source == RuleKey::Source::unknown) return {};
  const auto fact = static_cast<std::size_t>(key.fact);
  return {fact_views_.data() + fact, facts_[fact].empty() ? std::size_t{0} : std::size_t{1}};
}

std::span<const std::string_view> SeriesValues::find_attribute(AttributeIndex attribute) {
  const auto known =
      std::ranges::find(read_, attribute, [](const auto& entry) { return entry.first; });
  if (known != read_.end()) return known->second;
  return read_.emplace_back(attribute, read_attribute(attribute)).second;
}

std::vector<std::string_view> SeriesValues::read_attribute(AttributeIndex attribute) const {
  const std::string& vr = table_[attribute].vr;
  const bool several = unsplit_vrs.find(vr) == std::string_view::npos || vr.size() != 2;
  const SharedHeader* searched =
      nullptr;  // without the attribute, or blank: most instances share one header
  for (const InstancePtr& instance : series_.instances) {
    auto text = instance->values.find(attribute);
    if (!text && instance->shared.get() != searched && instance->shared) {
      searched = instance->shared.get();
      text = searched->values.find(attribute);
    }
    if (!text) continue;
    auto values = split(*text, several);
    if (!values.empty()) return values;
  }
  return {};
}

}  // namespace dcmflow
