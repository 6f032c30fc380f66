// dicom-metadata.json: study > series > instances, each with the attributes that stand at its
// level (metadata_levels.h).

#include <algorithm>
#include <optional>
#include <span>

#include "stages/base/printable.h"
#include "stages/catalog/listed_series.h"
#include "stages/catalog/metadata_rows.h"
#include "stages/catalog/series_elements.h"
#include "stages/catalog/sorted.h"
#include "stages/catalog/stored_parts.h"

namespace dcmflow {
namespace {

using Layout = JsonWriter::Layout;

void write_instance(JsonWriter& json, MetadataLevels& levels, const Instance& instance,
                    std::span<const AttributeIndex> rows) {
  json.object(Layout::one_line).member("SOPInstanceUID", instance.sop_instance_uid());
  json.member("file", printable(instance.file->name));
  levels.write(json, levels.instance(instance, rows));
  json.end();
}

// Joins what the series of a study have rendered; renders those that have not.
class MetadataJoin {
 public:
  MetadataJoin(JsonWriter& json, const Catalog& catalog, const AttributeTable& table,
               bool no_patient)
      : json_(json), catalog_(catalog), levels_(table, no_patient) {}

  Status write_study(std::span<const Series* const> study);

 private:
  struct Rows {
    std::vector<MetadataRow> rows;
    std::vector<AttributeIndex> below;  // of a series that has not rendered its instances
  };
  Result<Rows> rows_of(const Series& series);
  Result<std::vector<MetadataRow>> rising(std::span<const Series* const> study);
  Status write_series(const Series& series, const std::vector<MetadataRow>& risen);

  JsonWriter& json_;
  const Catalog& catalog_;
  MetadataLevels levels_;
};

Result<MetadataJoin::Rows> MetadataJoin::rows_of(const Series& series) {
  if (const auto* text = find_part(catalog_, series, Part::metadata_rows)) {
    const auto packed = read_text(*catalog_.part_store, *text);
    if (!packed) return packed.problem();
    return Rows{unpack(*packed), {}};
  }
  auto level = levels_.series(series, levels_.shown());
  auto rows = metadata_rows(levels_, level);
  return Rows{std::move(rows), std::move(level.below)};
}

// What every series has with one text; those of one that has no instance count for nothing.
Result<std::vector<MetadataRow>> MetadataJoin::rising(std::span<const Series* const> study) {
  std::optional<std::vector<MetadataRow>> common;
  for (const Series* series : study) {
    if (series->instances.empty()) continue;
    auto found = rows_of(*series);
    if (!found) return found.problem();
    if (!common) common = found->rows;
    keep_common(*common, found->rows);
    if (common->empty()) break;
  }
  return std::move(common).value_or(std::vector<MetadataRow>{});
}

Status MetadataJoin::write_study(std::span<const Series* const> study) {
  const auto risen = rising(study);
  if (!risen) return risen.problem();
  json_.object().member("StudyInstanceUID", study.front()->study_instance_uid);
  for (const MetadataRow& row : *risen) json_.begin_elements().piece(row.json);
  json_.key("series").array();
  for (const Series* series : study) {
    if (json_.is_failed()) break;
    if (auto written = write_series(*series, *risen); !written) return written;
  }
  json_.end().end();
  return Done{};
}

Status MetadataJoin::write_series(const Series& series, const std::vector<MetadataRow>& risen) {
  const auto found = rows_of(series);
  if (!found) return found.problem();
  json_.object().member("SeriesInstanceUID", series.series_instance_uid);
  for (const MetadataRow& row : found->rows)
    if (!has_risen(row, risen)) json_.begin_elements().piece(row.json);
  json_.key("instances").array();
  if (const auto* text = find_part(catalog_, series, Part::metadata_instances)) {
    if (auto written = write_elements(json_, *catalog_.part_store, *text); !written) return written;
  } else {
    write_instances(json_, levels_, series, found->below);
  }
  json_.end().end();
  return Done{};
}

}  // namespace

void write_instances(JsonWriter& json, MetadataLevels& levels, const Series& series,
                     std::span<const AttributeIndex> rows) {
  for (const InstancePtr& instance : sorted_instances(series))
    if (!json.is_failed()) write_instance(json, levels, *instance, rows);
}

Status write_studies(JsonWriter& json, const Catalog& catalog, const AttributeTable& table,
                     bool no_patient) {
  MetadataJoin join(json, catalog, table, no_patient);
  const auto all = sorted_series(catalog);
  for (auto begin = all.begin(); begin != all.end() && !json.is_failed();) {
    const auto end = std::find_if(begin, all.end(), [&](const Series* series) {
      return series->study_instance_uid != (*begin)->study_instance_uid ||
             series->patient != (*begin)->patient;
    });
    if (auto written = join.write_study({begin, end}); !written) return written;
    begin = end;
  }
  return Done{};
}

Status write_dicom_metadata(const OutputFolder& folder, const Catalog& catalog,
                            const AttributeTable& table, bool no_patient) {
  auto json = JsonWriter::create(folder, "dicom-metadata.json");
  if (!json) return json.problem();
  json->object().member("schema", "urn:dcmflow:schema:dicom-metadata:2").key("studies").array();
  auto written = catalog.listed ? write_elements(*json, *catalog.part_store,
                                                 catalog.listed->text(List::studies))
                                : write_studies(*json, catalog, table, no_patient);
  if (!written) return written;
  json->end().end();
  return json->commit();
}

}  // namespace dcmflow
