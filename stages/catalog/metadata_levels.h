#pragma once
// Where an attribute stands in the hierarchy of dicom-metadata.json, and in the catalogue: at the
// highest level at which every instance below has it, with one value. Patient and study rows may
// rise to the study, all others to the series. Else it stands in each instance that has it; nothing
// is lost, and nothing is said of an instance that does not say it itself. No Problems.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stages/catalog/attribute_json.h"
#include "stages/catalog/json_writer.h"
#include "stages/dicom/attribute_table.h"
#include "stages/dicom_types.h"

namespace dcmflow {

// The attributes of one instance by row, from both of its parts.
class InstanceTexts {
 public:
  explicit InstanceTexts(std::size_t rows) : texts_(rows), loaded_at_(rows, 0) {}

  void load(const Instance& instance);
  // Of one part alone.
  void load_only(const AttributeValues& values);
  const std::string_view* find(AttributeIndex row) const {
    return loaded_at_[row] == now_ ? &texts_[row] : nullptr;
  }

 private:
  void load(const AttributeValues& values);

  std::vector<std::string_view> texts_;
  std::vector<std::uint64_t> loaded_at_;
  std::uint64_t now_ = 0;
};

// Not thread-safe. Texts are views into the instances.
class MetadataLevels {
 public:
  // The rows that stand at a level, and those that are left for the levels below.
  struct Level {
    std::vector<std::pair<AttributeIndex, std::string_view>> here;
    std::vector<AttributeIndex> below;
  };

  // `no_patient` leaves out the rows that are personal (stages/dicom/personal_attributes.h).
  MetadataLevels(const AttributeTable& table, bool no_patient);

  // Every row that is shown at any level, but for the UIDs of study, series and instance.
  const std::vector<AttributeIndex>& shown() const { return shown_; }

  // Patient and study rows.
  bool may_rise(AttributeIndex row) const {
    const AttributeLevel level = table_[row].level;
    return level == AttributeLevel::patient || level == AttributeLevel::study;
  }

  // Of all series of a study that are one patient's.
  Level study(std::span<const Series* const> study);
  // Of what study() left below.
  Level series(const Series& series, std::span<const AttributeIndex> rows);
  // Of what series() left below.
  std::vector<std::pair<AttributeIndex, std::string_view>> instance(
      const Instance& instance, std::span<const AttributeIndex> rows);

  // The value as JSON.
  std::string json(AttributeIndex row, std::string_view text) const;
  // "Keyword": value, in an object that is open.
  void write(JsonWriter& json,
             std::span<const std::pair<AttributeIndex, std::string_view>> rows) const;

 private:
  // What one row holds over a set of instances.
  struct Survey {
    std::string_view text;  // of the first instance that has the attribute
    std::size_t holders = 0;
    bool varies = false;
  };
  void add(const Series& series, std::vector<Survey>& found);
  // What so many instances have.
  void add(const AttributeValues& values, std::size_t holders, std::vector<Survey>& found);

  const AttributeTable& table_;
  InstanceTexts texts_;
  std::vector<Values> several_;  // by row
  std::vector<AttributeIndex> shown_;
};

}  // namespace dcmflow
