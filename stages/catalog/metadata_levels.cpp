#include "stages/catalog/metadata_levels.h"

#include <algorithm>

#include "stages/dicom/dictionary.h"
#include "stages/dicom/personal_attributes.h"

namespace dcmflow {
namespace {

constexpr AttributeIndex study_uid = attribute_index(0x0020000D);
constexpr AttributeIndex series_uid = attribute_index(0x0020000E);
constexpr AttributeIndex instance_uid = attribute_index(0x00080018);

// The dictionary is asked only about what a user added: loading it takes longer than a small run.
// Of what it does not know there may be several.
Values values_of(const AttributeRow& row, std::size_t index) {
  if (index < built_in_attributes.size())
    return built_in_attributes[index].several ? Values::several : Values::one;
  const auto entry = find_tag(row.tag, row.private_creator);
  const bool any_item = std::ranges::any_of(
      row.path, [](const SequenceStep& step) { return step.item == SequenceStep::any_item; });
  return entry && !entry->several && !any_item ? Values::one : Values::several;
}

}  // namespace

void InstanceTexts::load(const Instance& instance) {
  ++now_;
  if (instance.shared) load(instance.shared->values);
  load(instance.values);
}

void InstanceTexts::load_only(const AttributeValues& values) {
  ++now_;
  load(values);
}

void InstanceTexts::load(const AttributeValues& values) {
  values.for_each([this](AttributeIndex row, std::string_view text) {
    if (row >= texts_.size()) return;
    texts_[row] = text;
    loaded_at_[row] = now_;
  });
}

MetadataLevels::MetadataLevels(const AttributeTable& table, bool no_patient)
    : table_(table), texts_(table.rows().size()), several_(table.rows().size(), Values::several) {
  for (std::size_t i = 0; i < table.rows().size(); ++i) {
    const AttributeRow& row = table.rows()[i];
    const auto index = static_cast<AttributeIndex>(i);
    const bool is_key = index == study_uid || index == series_uid || index == instance_uid;
    const bool hidden = no_patient && is_personal(row);
    if (!row.in_metadata || is_key || hidden) continue;
    shown_.push_back(index);
    several_[i] = values_of(row, i);
  }
}

// Most instances of a series share a header: what stands there is looked at once. No attribute is
// in both parts of an instance (AttributeRow::repeats).
void MetadataLevels::add(const Series& series, std::vector<Survey>& found) {
  const auto& instances = series.instances;
  for (auto at = instances.begin(); at != instances.end();) {
    const auto& shared = (*at)->shared;
    const auto end = std::find_if(at, instances.end(), [&](const InstancePtr& instance) {
      return instance->shared != shared;
    });
    if (shared) add(shared->values, static_cast<std::size_t>(end - at), found);
    for (; at != end; ++at) add((*at)->values, 1, found);
  }
}

void MetadataLevels::add(const AttributeValues& values, std::size_t holders,
                         std::vector<Survey>& found) {
  texts_.load_only(values);
  values.for_each([&](AttributeIndex row, std::string_view text) {
    const auto* const last = row < found.size() ? texts_.find(row) : nullptr;
    if (!last || last->data() != text.data()) return;  // said again further on
    Survey& survey = found[row];
    if (survey.holders == 0)
      survey.text = text;
    else if (survey.text != text)
      survey.varies = true;
    survey.holders += holders;
  });
}

MetadataLevels::Level MetadataLevels::study(std::span<const Series* const> study) {
  std::vector<Survey> found(table_.rows().size());
  std::size_t instances = 0;
  for (const Series* series : study) {
    add(*series, found);
    instances += series->instances.size();
  }
  Level level;
  for (const AttributeIndex row : shown_) {
    if (found[row].holders == 0) continue;
    if (may_rise(row) && found[row].holders == instances && !found[row].varies)
      level.here.emplace_back(row, found[row].text);
    else
      level.below.push_back(row);
  }
  return level;
}

MetadataLevels::Level MetadataLevels::series(const Series& series,
                                             std::span<const AttributeIndex> rows) {
  std::vector<Survey> found(table_.rows().size());
  add(series, found);
  Level level;
  for (const AttributeIndex row : rows) {
    if (found[row].holders == 0) continue;
    if (found[row].holders == series.instances.size() && !found[row].varies)
      level.here.emplace_back(row, found[row].text);
    else
      level.below.push_back(row);
  }
  return level;
}

std::vector<std::pair<AttributeIndex, std::string_view>> MetadataLevels::instance(
    const Instance& instance, std::span<const AttributeIndex> rows) {
  texts_.load(instance);
  std::vector<std::pair<AttributeIndex, std::string_view>> here;
  here.reserve(rows.size());
  for (const AttributeIndex row : rows)
    if (const auto* text = texts_.find(row)) here.emplace_back(row, *text);
  return here;
}

std::string MetadataLevels::json(AttributeIndex row, std::string_view text) const {
  auto json = JsonWriter::to_text();
  write_attribute(json, table_[row].vr, text, several_[row]);
  auto value = json.take_text();
  value.pop_back();  // the line break
  return value;
}

void MetadataLevels::write(
    JsonWriter& json, std::span<const std::pair<AttributeIndex, std::string_view>> rows) const {
  for (const auto& [row, text] : rows) {
    json.key(table_[row].keyword);
    write_attribute(json, table_[row].vr, text, several_[row]);
  }
}

}  // namespace dcmflow
