#include "stages/selection/survey_values.h"

#include <algorithm>

#include "stages/dicom/personal_attributes.h"
#include "stages/selection/explain_selections.h"
#include "stages/selection/image_values.h"

namespace dcmflow {
namespace {

std::string joined(const ValueList& values) {
  std::string text;
  for (std::size_t i = 0; i < values.size(); ++i) text.append(i > 0 ? "\\" : "").append(values[i]);
  return text;
}

}  // namespace

bool is_personal(const RuleKey& key, const AttributeTable& table) {
  return key.source == RuleKey::Source::path ||
         (key.source == RuleKey::Source::attribute && is_personal(table[key.attribute]));
}

std::vector<SurveyedKey> all_keys(const AttributeTable& table, bool no_patient) {
  std::vector<SurveyedKey> keys;
  for (std::size_t i = 0; i < table.rows().size(); ++i) {
    const AttributeRow& row = table.rows()[i];
    if (!row.in_metadata || row.level == AttributeLevel::instance || row.vr == "UI") continue;
    if (no_patient && is_personal(row)) continue;
    keys.push_back(
        {row.keyword,
         {.source = RuleKey::Source::attribute, .attribute = static_cast<AttributeIndex>(i)}});
  }
  for (FactIndex fact = 0; fact < image_fact_rows().size(); ++fact)
    keys.push_back({std::string(image_fact_rows()[fact].key),
                    {.source = RuleKey::Source::fact, .fact = fact}});
  return keys;
}

void ValueSurvey::add(const SeriesPtr& series, std::span<const Stack> images,
                      std::string_view format, const Tolerances& tolerances) {
  std::vector<std::set<std::string>> seen(keys_.size());
  const auto look = [&](const ImageFacts& facts, std::span<const Frame> frames) {
    ImageValues values(facts, frames, table_);
    for (std::size_t k = 0; k < keys_.size(); ++k)
      for (const ValueList& list : values.find(keys_[k].key)) seen[k].insert(joined(list));
  };
  for (const Stack& image : images)
    look(find_facts(series, &image, images, format, tolerances), image.frames);
  if (images.empty()) {
    std::vector<Frame> frames;
    for (const InstancePtr& instance : series->instances) frames.push_back(make_frame(instance, 0));
    look(find_facts(series, nullptr, images, format, tolerances), frames);
  }
  for (std::size_t k = 0; k < keys_.size(); ++k)
    for (const std::string& value : seen[k]) ++series_[k][value];
}

std::vector<ValueCount> ValueSurvey::counts(std::size_t key) const {
  std::vector<ValueCount> counts;
  for (const auto& [value, series] : series_[key]) counts.push_back({value, series});
  std::ranges::stable_sort(counts, {}, [](const ValueCount& one) {
    return std::pair(one.value.empty(), -static_cast<long>(one.series));
  });
  return counts;
}

std::string ValueSurvey::text() const {
  constexpr std::size_t most_values = 20;
  std::string text;
  for (std::size_t k = 0; k < keys_.size(); ++k) {
    const auto found = counts(k);
    if (found.empty() || found.front().value.empty()) continue;
    text += keys_[k].text + '\n';
    for (std::size_t i = 0; i < std::min(found.size(), most_values); ++i) {
      const std::string series = std::to_string(found[i].series);
      text.append(series.size() < 6 ? 6 - series.size() : 0, ' ').append(series).append("  ");
      text += (found[i].value.empty() ? "(missing)" : on_one_line(found[i].value)) + '\n';
    }
    if (found.size() > most_values)
      text += "        and " + std::to_string(found.size() - most_values) + " more values\n";
  }
  return text.empty() ? "no series has any of these\n" : text;
}

}  // namespace dcmflow
