// dicom-metadata.json: study > series > instances. An attribute stands at the highest level at
// which every instance below has it, with one value: patient and study rows may rise to the study,
// all others to the series. Else it stands in each instance that has it; nothing is lost, and
// nothing is said of an instance that does not say it itself.

#include <algorithm>
#include <limits>
#include <span>
#include <vector>

#include "stages/base/printable.h"
#include "stages/catalog/attribute_json.h"
#include "stages/catalog/sorted.h"
#include "stages/dicom/dictionary.h"
#include "stages/write_catalog.h"

namespace dcmflow {
namespace {

constexpr AttributeIndex study_uid = attribute_index(0x0020000D);
constexpr AttributeIndex series_uid = attribute_index(0x0020000E);
constexpr AttributeIndex instance_uid = attribute_index(0x00080018);

using Layout = JsonWriter::Layout;

// The attributes of one instance by row, from both of its parts.
class InstanceTexts {
 public:
  explicit InstanceTexts(std::size_t rows) : texts_(rows), loaded_at_(rows, 0) {}

  void load(const Instance& instance) {
    ++now_;
    if (instance.shared) load(instance.shared->values);
    load(instance.values);
  }
  const std::string_view* find(AttributeIndex row) const {
    return loaded_at_[row] == now_ ? &texts_[row] : nullptr;
  }

 private:
  void load(const AttributeValues& values) {
    values.for_each([this](AttributeIndex row, std::string_view text) {
      if (row >= texts_.size()) return;
      texts_[row] = text;
      loaded_at_[row] = now_;
    });
  }

  std::vector<std::string_view> texts_;
  std::vector<std::uint64_t> loaded_at_;
  std::uint64_t now_ = 0;
};

// What one row holds over a set of instances.
struct RowSurvey {
  std::string_view text;  // of the first instance that has the attribute
  std::size_t holders = 0;
  bool varies = false;
};

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

class MetadataWriter {
 public:
  MetadataWriter(JsonWriter& json, const AttributeTable& table, bool no_patient)
      : json_(json),
        table_(table),
        texts_(table.rows().size()),
        several_(table.rows().size(), Values::several) {
    for (std::size_t i = 0; i < table.rows().size(); ++i) {
      const AttributeRow& row = table.rows()[i];
      const auto index = static_cast<AttributeIndex>(i);
      const bool is_key = index == study_uid || index == series_uid || index == instance_uid;
      const bool hidden = no_patient && row.level == AttributeLevel::patient;
      if (!row.in_metadata || is_key || hidden) continue;
      shown_.push_back(index);
      several_[i] = values_of(row, i);
    }
  }

  void write_study(std::span<const Series* const> study) {
    const auto found = survey(study);
    std::size_t instances = 0;
    for (const Series* series : study) instances += series->instances.size();
    std::vector<AttributeIndex> lower;
    json_.object().member("StudyInstanceUID", study.front()->study_instance_uid);
    for (const AttributeIndex row : shown_) {
      const AttributeLevel level = table_[row].level;
      const bool may_rise = level == AttributeLevel::patient || level == AttributeLevel::study;
      if (found[row].holders == 0) continue;
      if (may_rise && found[row].holders == instances && !found[row].varies)
        write_row(row, found[row].text);
      else
        lower.push_back(row);
    }
    json_.key("series").array();
    for (const Series* series : study)
      if (!json_.is_failed()) write_series(*series, lower);
    json_.end().end();
  }

 private:
  std::vector<RowSurvey> survey(std::span<const Series* const> all) {
    std::vector<RowSurvey> found(table_.rows().size());
    for (const Series* series : all) {
      for (const InstancePtr& instance : series->instances) {
        texts_.load(*instance);
        for (const AttributeIndex row : shown_) add(found[row], texts_.find(row));
      }
    }
    return found;
  }

  static void add(RowSurvey& survey, const std::string_view* text) {
    if (!text) return;
    if (survey.holders++ == 0)
      survey.text = *text;
    else if (survey.text != *text)
      survey.varies = true;
  }

  void write_series(const Series& series, std::span<const AttributeIndex> rows) {
    const Series* const one[] = {&series};
    const auto found = survey(one);
    std::vector<AttributeIndex> lower;
    json_.object().member("SeriesInstanceUID", series.series_instance_uid);
    for (const AttributeIndex row : rows) {
      if (found[row].holders == 0) continue;
      const bool everywhere = found[row].holders == series.instances.size();
      if (everywhere && !found[row].varies)
        write_row(row, found[row].text);
      else
        lower.push_back(row);
    }
    json_.key("instances").array();
    for (const InstancePtr& instance : sorted_instances(series))
      if (!json_.is_failed()) write_instance(*instance, lower);
    json_.end().end();
  }

  void write_instance(const Instance& instance, std::span<const AttributeIndex> rows) {
    texts_.load(instance);
    json_.object(Layout::one_line).member("SOPInstanceUID", instance.sop_instance_uid());
    json_.member("file", printable(instance.file->name));
    for (const AttributeIndex row : rows)
      if (const auto* text = texts_.find(row)) write_row(row, *text);
    json_.end();
  }

  void write_row(AttributeIndex row, std::string_view text) {
    json_.key(table_[row].keyword);
    write_attribute(json_, table_[row].vr, text, several_[row]);
  }

  JsonWriter& json_;
  const AttributeTable& table_;
  InstanceTexts texts_;
  std::vector<Values> several_;  // by row
  std::vector<AttributeIndex> shown_;
};

}  // namespace

Status write_dicom_metadata(const OutputFolder& folder, const Catalog& catalog,
                            const AttributeTable& table, bool no_patient) {
  auto json = JsonWriter::create(folder, "dicom-metadata.json");
  if (!json) return json.problem();
  json->object().member("schema", "urn:dcmflow:schema:dicom-metadata:2").key("studies").array();
  MetadataWriter writer(*json, table, no_patient);
  const auto all = sorted_series(catalog);
  for (auto begin = all.begin(); begin != all.end() && !json->is_failed();) {
    const auto end = std::find_if(begin, all.end(), [&](const Series* series) {
      return series->study_instance_uid != (*begin)->study_instance_uid ||
             series->patient != (*begin)->patient;
    });
    writer.write_study({begin, end});
    begin = end;
  }
  json->end().end();
  return json->commit();
}

}  // namespace dcmflow
