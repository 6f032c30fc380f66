#include "stages/catalog/table_rows.h"

#include <algorithm>
#include <map>
#include <utility>

#include "stages/base/printable.h"
#include "stages/catalog/image_table.h"
#include "stages/catalog/names.h"
#include "stages/catalog/sorted.h"
#include "stages/write_image.h"

namespace dcmflow {
namespace {

using Rows = std::vector<std::pair<AttributeIndex, std::string_view>>;

// Attributes as cells behind the columns of a table.
class AttributeCells {
 public:
  explicit AttributeCells(const MetadataLevels& levels) : levels_(levels) {}
  void set(const Rows& rows) {
    for (const auto& [row, text] : rows) cells_[row] = levels_.json(row, text);
  }
  void clear(const Rows& rows) {
    for (const auto& [row, text] : rows) cells_.erase(row);
  }
  TableRow behind(std::vector<Cell> cells) const {
    return {std::move(cells), {cells_.begin(), cells_.end()}};
  }

 private:
  const MetadataLevels& levels_;
  std::map<AttributeIndex, Cell> cells_;
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

}  // namespace

std::vector<std::string> series_columns() {
  return {"StudyInstanceUID", "SeriesInstanceUID", "instances", "converted",
          "images",           "main_image"};
}

std::vector<std::string> instance_columns() {
  return {
      "StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "file", "disposition", "reason"};
}

TableRows::TableRows(const Catalog& catalog, const AttributeTable& table, bool no_patient)
    : levels_(table, no_patient),
      all_(sorted_series(catalog)),
      studies_(studies_of(all_)),
      images_(sorted_images(catalog)) {
  for (const Problem& problem : catalog.not_converted) problems_.emplace(problem.subject, &problem);
  for (const ImageFile* image : images_) images_of_[image->stack->series.get()].push_back(image);
}

void TableRows::survey(TableColumns& columns) {
  for (const auto study : studies_) {
    const auto of_study = levels_.study(study);
    for (const auto& [row, text] : of_study.here) columns.of_series.insert(row);
    columns.all.insert(of_study.below.begin(), of_study.below.end());
    for (const Series* series : study)
      for (const auto& [row, text] : levels_.series(*series, of_study.below).here)
        columns.of_series.insert(row);
  }
  columns.all.insert(columns.of_series.begin(), columns.of_series.end());
}

std::vector<Cell> TableRows::series_cells(const Series& series) const {
  const auto found = images_of_.find(&series);
  const auto converted = static_cast<std::size_t>(std::ranges::count_if(
      series.instances,
      [&](const InstancePtr& instance) { return !problems_.contains(instance->file->name); }));
  const ImageFile* main = nullptr;
  if (found != images_of_.end())
    for (const ImageFile* image : found->second)
      if (image->stack->is_main) main = image;
  return {cell(series.study_instance_uid),
          cell(series.series_instance_uid),
          cell(series.instances.size()),
          cell(converted),
          cell(found == images_of_.end() ? 0 : found->second.size()),
          main ? cell(main->name) : Cell()};
}

std::vector<Cell> TableRows::instance_cells(const Series& series, const Instance& instance) const {
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

void TableRows::for_each(const std::function<void(Table, const TableRow&)>& take) {
  AttributeCells attributes(levels_);
  for (const auto study : studies_) {
    const auto of_study = levels_.study(study);
    attributes.set(of_study.here);
    for (const Series* series : study) {
      const auto of_series = levels_.series(*series, of_study.below);
      attributes.set(of_series.here);
      take(Table::series, attributes.behind(series_cells(*series)));
      for (const InstancePtr& instance : sorted_instances(*series)) {
        const auto own = levels_.instance(*instance, of_series.below);
        attributes.set(own);
        take(Table::instances, attributes.behind(instance_cells(*series, *instance)));
        attributes.clear(own);
      }
      attributes.clear(of_series.here);
    }
    attributes.clear(of_study.here);
  }
  for (const ImageFile* image : images_) take(Table::images, {image_cells(*image), {}});
}

}  // namespace dcmflow
