// series, instances and images as tables: CSV (RFC 4180) or a JSON object a line, for those without
// SQLite. The columns of attributes are the keywords of dicom-metadata.json that occur in the run,
// whichever level they stand at; an attribute of several values is a JSON array in its cell.

#include <algorithm>
#include <set>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "stages/base/printable.h"
#include "stages/catalog/image_table.h"
#include "stages/catalog/metadata_levels.h"
#include "stages/catalog/names.h"
#include "stages/catalog/sorted.h"
#include "stages/catalog/table_file.h"
#include "stages/write_catalog.h"
#include "stages/write_image.h"

namespace dcmflow {
namespace {

using Rows = std::vector<std::pair<AttributeIndex, std::string_view>>;

// Attributes as cells behind the columns of a table.
class AttributeCells {
 public:
  AttributeCells(const MetadataLevels& levels, const std::vector<AttributeIndex>& rows)
      : levels_(levels), cells_(rows.size()) {
    for (std::size_t i = 0; i < rows.size(); ++i) places_.emplace(rows[i], i);
  }
  void set(const Rows& rows) {
    for (const auto& [row, text] : rows)
      if (const auto place = places_.find(row); place != places_.end())
        cells_[place->second] = levels_.json(row, text);
  }
  void clear(const Rows& rows) {
    for (const auto& [row, text] : rows)
      if (const auto place = places_.find(row); place != places_.end())
        cells_[place->second].clear();
  }
  std::vector<Cell> behind(std::vector<Cell> cells) const {
    cells.insert(cells.end(), cells_.begin(), cells_.end());
    return cells;
  }

 private:
  const MetadataLevels& levels_;
  std::unordered_map<AttributeIndex, std::size_t> places_;
  std::vector<Cell> cells_;
};

// The studies of a run, each the series of one patient.
std::vector<std::span<const Series* const>> studies_of(const std::vector<const Series*>& all) {
  std::vector<std::span<const Series* const>> studies;
  for (auto begin = all.begin(); begin != all.end();) {
    const auto end = std::find_if(begin, all.end(), [&](const Series* series) {
      return series->study_instance_uid != (*begin)->study_instance_uid ||
             series->patient != (*begin)->patient;
    });
    studies.emplace_back(begin, end);
    begin = end;
  }
  return studies;
}

std::vector<std::string> columns_of(std::vector<std::string> names, const AttributeTable& table,
                                    const std::vector<AttributeIndex>& rows) {
  for (const auto row : rows) names.push_back(table[row].keyword);
  return names;
}

class WriteTables {
 public:
  WriteTables(const OutputFolder& folder, const Catalog& catalog, const AttributeTable& table,
              bool no_patient, TableFormat format)
      : folder_(folder),
        table_(table),
        format_(format),
        levels_(table, no_patient),
        all_(sorted_series(catalog)),
        studies_(studies_of(all_)) {
    for (const Problem& problem : catalog.not_converted)
      problems_.emplace(problem.subject, &problem);
    for (const ImageFile* image : sorted_images(catalog))
      images_[image->stack->series.get()].push_back(image);
  }

  Status write_series_and_instances();

 private:
  void survey();
  std::vector<Cell> series_cells(const Series& series) const;
  std::vector<Cell> instance_cells(const Series& series, const Instance& instance) const;

  const OutputFolder& folder_;
  const AttributeTable& table_;
  const TableFormat format_;
  MetadataLevels levels_;
  const std::vector<const Series*> all_;
  const std::vector<std::span<const Series* const>> studies_;
  std::unordered_map<std::string_view, const Problem*> problems_;
  std::unordered_map<const Series*, std::vector<const ImageFile*>> images_;
  std::vector<AttributeIndex> series_rows_, instance_rows_;  // that occur
};

// Which rows stand at a study or series, and which at all.
void WriteTables::survey() {
  std::set<AttributeIndex> series_rows, rows;
  for (const auto study : studies_) {
    const auto of_study = levels_.study(study);
    for (const auto& [row, text] : of_study.here) series_rows.insert(row);
    rows.insert(of_study.below.begin(), of_study.below.end());
    for (const Series* series : study)
      for (const auto& [row, text] : levels_.series(*series, of_study.below).here)
        series_rows.insert(row);
  }
  rows.insert(series_rows.begin(), series_rows.end());
  series_rows_.assign(series_rows.begin(), series_rows.end());
  instance_rows_.assign(rows.begin(), rows.end());
}

std::vector<Cell> WriteTables::series_cells(const Series& series) const {
  const auto found = images_.find(&series);
  const auto converted = static_cast<std::size_t>(std::ranges::count_if(
      series.instances,
      [&](const InstancePtr& instance) { return !problems_.contains(instance->file->name); }));
  const ImageFile* main = nullptr;
  if (found != images_.end())
    for (const ImageFile* image : found->second)
      if (image->stack->is_main) main = image;
  return {cell(series.study_instance_uid),
          cell(series.series_instance_uid),
          cell(series.instances.size()),
          cell(converted),
          cell(found == images_.end() ? 0 : found->second.size()),
          main ? cell(main->name) : Cell()};
}

std::vector<Cell> WriteTables::instance_cells(const Series& series,
                                              const Instance& instance) const {
  const auto found = problems_.find(instance.file->name);
  const bool is_converted = found == problems_.end();
  return {
      cell(series.study_instance_uid),
      cell(series.series_instance_uid),
      cell(instance.sop_instance_uid()),
      cell(printable(instance.file->name)),
      cell(is_converted ? "converted" : severity_name(reason_row(found->second->reason).severity)),
      is_converted ? Cell() : cell(reason_code(found->second->reason))};
}

Status WriteTables::write_series_and_instances() {
  survey();
  auto series_table =
      TableFile::create(folder_, "series", format_,
                        columns_of({"StudyInstanceUID", "SeriesInstanceUID", "instances",
                                    "converted", "images", "main_image"},
                                   table_, series_rows_));
  if (!series_table) return series_table.problem();
  auto instance_table =
      TableFile::create(folder_, "instances", format_,
                        columns_of({"StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID",
                                    "file", "disposition", "reason"},
                                   table_, instance_rows_));
  if (!instance_table) return instance_table.problem();
  AttributeCells series_attributes(levels_, series_rows_);
  AttributeCells instance_attributes(levels_, instance_rows_);
  for (const auto study : studies_) {
    const auto of_study = levels_.study(study);
    series_attributes.set(of_study.here);
    instance_attributes.set(of_study.here);
    for (const Series* series : study) {
      const auto of_series = levels_.series(*series, of_study.below);
      series_attributes.set(of_series.here);
      instance_attributes.set(of_series.here);
      series_table->add(series_attributes.behind(series_cells(*series)));
      for (const InstancePtr& instance : sorted_instances(*series)) {
        const auto own = levels_.instance(*instance, of_series.below);
        instance_attributes.set(own);
        instance_table->add(instance_attributes.behind(instance_cells(*series, *instance)));
        instance_attributes.clear(own);
      }
      series_attributes.clear(of_series.here);
      instance_attributes.clear(of_series.here);
    }
    series_attributes.clear(of_study.here);
    instance_attributes.clear(of_study.here);
  }
  auto done = series_table->commit();
  return done ? instance_table->commit() : done;
}

}  // namespace

Status write_tables(const OutputFolder& folder, const Catalog& catalog, const AttributeTable& table,
                    bool no_patient, TableFormat format) {
  WriteTables tables(folder, catalog, table, no_patient, format);
  auto done = tables.write_series_and_instances();
  return done ? write_image_table(folder, catalog, format) : done;
}

}  // namespace dcmflow
