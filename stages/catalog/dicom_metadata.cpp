// dicom-metadata.json: study > series > instances, each with the attributes that stand at its
// level (metadata_levels.h).

#include <algorithm>
#include <span>

#include "stages/base/printable.h"
#include "stages/catalog/metadata_levels.h"
#include "stages/catalog/sorted.h"
#include "stages/write_catalog.h"

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

void write_series(JsonWriter& json, MetadataLevels& levels, const Series& series,
                  std::span<const AttributeIndex> rows) {
  const auto level = levels.series(series, rows);
  json.object().member("SeriesInstanceUID", series.series_instance_uid);
  levels.write(json, level.here);
  json.key("instances").array();
  for (const InstancePtr& instance : sorted_instances(series))
    if (!json.is_failed()) write_instance(json, levels, *instance, level.below);
  json.end().end();
}

void write_study(JsonWriter& json, MetadataLevels& levels, std::span<const Series* const> study) {
  const auto level = levels.study(study);
  json.object().member("StudyInstanceUID", study.front()->study_instance_uid);
  levels.write(json, level.here);
  json.key("series").array();
  for (const Series* series : study)
    if (!json.is_failed()) write_series(json, levels, *series, level.below);
  json.end().end();
}

}  // namespace

Status write_dicom_metadata(const OutputFolder& folder, const Catalog& catalog,
                            const AttributeTable& table, bool no_patient) {
  auto json = JsonWriter::create(folder, "dicom-metadata.json");
  if (!json) return json.problem();
  json->object().member("schema", "urn:dcmflow:schema:dicom-metadata:2").key("studies").array();
  MetadataLevels levels(table, no_patient);
  const auto all = sorted_series(catalog);
  for (auto begin = all.begin(); begin != all.end() && !json->is_failed();) {
    const auto end = std::find_if(begin, all.end(), [&](const Series* series) {
      return series->study_instance_uid != (*begin)->study_instance_uid ||
             series->patient != (*begin)->patient;
    });
    write_study(*json, levels, {begin, end});
    begin = end;
  }
  json->end().end();
  return json->commit();
}

}  // namespace dcmflow
