// series, instances and images as tables: CSV (RFC 4180) or a JSON object a line, for those without
// SQLite. The columns of attributes are the keywords of dicom-metadata.json that occur in the run,
// whichever level they stand at; an attribute of several values is a JSON array in its cell.

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <span>
#include <unordered_map>

#include "stages/base/printable.h"
#include "stages/catalog/metadata_levels.h"
#include "stages/catalog/names.h"
#include "stages/catalog/sorted.h"
#include "stages/formats/formats.h"
#include "stages/write_catalog.h"
#include "stages/write_image.h"

namespace dcmflow {
namespace {

using Rows = std::vector<std::pair<AttributeIndex, std::string_view>>;

// A cell as JSON; empty: there is no value.
using Cell = std::string;

template <class Value>
Cell cell(const Value& value) {
  auto json = JsonWriter::to_text();
  json.value(value);
  auto text = json.take_text();
  text.pop_back();  // the line break
  return text;
}

Cell cell_or_none(std::string_view text) { return text.empty() ? Cell() : cell(text); }

// The text of a JSON string; other values as they are.
std::string plain(std::string_view json) {
  if (!json.starts_with('"')) return json == "null" ? std::string() : std::string(json);
  json = json.substr(1, json.size() - 2);
  std::string text;
  for (std::size_t at = 0; at < json.size(); ++at) {
    if (json[at] != '\\') {
      text += json[at];
      continue;
    }
    constexpr std::string_view codes = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
    const char code = json[++at];
    if (const auto known = codes.find(code); known != std::string_view::npos) {
      text += meanings[known];
      continue;
    }
    // \u00HH: all that JsonWriter escapes so are control characters.
    text += static_cast<char>(std::stoi(std::string(json.substr(at + 1, 4)), nullptr, 16));
    at += 4;
  }
  return text;
}

std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + '"';
}

class Table {
 public:
  static Result<Table> create(const OutputFolder& folder, const std::string& name,
                              TableFormat format, std::vector<std::string> columns) {
    auto file =
        OutputFile::create(folder, name + (format == TableFormat::csv ? ".csv" : ".ndjson"));
    if (!file) return file.problem();
    Table table;
    table.file_ = std::move(*file);
    table.is_csv_ = format == TableFormat::csv;
    table.columns_ = std::move(columns);
    if (table.is_csv_) {
      std::vector<Cell> names;
      for (const auto& column : table.columns_) names.push_back(cell(column));
      table.add(names);
    }
    return table;
  }

  // REQUIRES: one cell for each column.
  void add(std::span<const Cell> cells) {
    if (!status_) return;
    const bool is_first_empty = cells.size() == 1 && cells[0].empty();
    std::string& text = buffer_;
    if (!is_csv_) text += '{';
    for (std::size_t i = 0; i < cells.size(); ++i) {
      if (i > 0) text += is_csv_ ? "," : ", ";
      if (is_csv_)
        text += csv_field(plain(cells[i]));
      else
        text.append(json_text(columns_[i]))
            .append(": ")
            .append(cells[i].empty() ? "null" : cells[i]);
    }
    if (is_first_empty && is_csv_) text += "\"\"";  // an empty line would be no row
    text += is_csv_ ? "\r\n" : "}\n";
    if (text.size() >= flush_at) flush();
  }

  Status commit() {
    flush();
    return status_ ? file_.commit() : status_;
  }

 private:
  static constexpr std::size_t flush_at = 1 << 18;
  void flush() {
    if (status_) status_ = file_.append(std::string_view(buffer_));
    buffer_.clear();
  }

  OutputFile file_;
  bool is_csv_ = true;
  std::vector<std::string> columns_;
  std::string buffer_;
  Status status_ = Done{};
};

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
        catalog_(catalog),
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
  Status write_images();

 private:
  void survey();
  std::vector<Cell> series_cells(const Series& series) const;
  std::vector<Cell> instance_cells(const Series& series, const Instance& instance) const;

  const OutputFolder& folder_;
  const Catalog& catalog_;
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
  auto series_table = Table::create(folder_, "series", format_,
                                    columns_of({"StudyInstanceUID", "SeriesInstanceUID",
                                                "instances", "converted", "images", "main_image"},
                                               table_, series_rows_));
  if (!series_table) return series_table.problem();
  auto instance_table =
      Table::create(folder_, "instances", format_,
                    columns_of({"StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID", "file",
                                "disposition", "reason"},
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

Status WriteTables::write_images() {
  auto table = Table::create(folder_, "images", format_,
                             {"file",
                              "StudyInstanceUID",
                              "SeriesInstanceUID",
                              "main",
                              "split_reason",
                              "columns",
                              "rows",
                              "slices",
                              "volumes",
                              "dimension",
                              "column_spacing",
                              "row_spacing",
                              "slice_spacing",
                              "origin_x",
                              "origin_y",
                              "origin_z",
                              "voxel_type",
                              "least",
                              "greatest",
                              "verdict",
                              "flags",
                              "max_corner_error_mm",
                              "sha256"});
  if (!table) return table.problem();
  for (const ImageFile* image : sorted_images(catalog_)) {
    const Stack& stack = *image->stack;
    const Grid& grid = stack.grid;
    auto flags = JsonWriter::to_text();
    flags.values(stack.flags);
    auto flags_text = flags.take_text();
    flags_text.pop_back();
    table->add(std::array{cell(image->name),
                          cell(stack.series->study_instance_uid),
                          cell(stack.series->series_instance_uid),
                          cell(stack.is_main),
                          cell_or_none(stack.split_reason),
                          cell(grid.size[0]),
                          cell(grid.size[1]),
                          cell(grid.size[2]),
                          cell(stack.volumes),
                          cell_or_none(stack.dimension),
                          cell(grid.spacing[0]),
                          cell(grid.spacing[1]),
                          cell(grid.spacing[2]),
                          cell(grid.origin[0]),
                          cell(grid.origin[1]),
                          cell(grid.origin[2]),
                          cell(voxel_type_name(image->type)),
                          cell(image->values.least),
                          cell(image->values.greatest),
                          cell(verdict_name(stack.verdict)),
                          flags_text,
                          cell(stack.max_corner_error_mm),
                          cell_or_none(image->sha256)});
  }
  return table->commit();
}

}  // namespace

Status write_tables(const OutputFolder& folder, const Catalog& catalog, const AttributeTable& table,
                    bool no_patient, TableFormat format) {
  WriteTables tables(folder, catalog, table, no_patient, format);
  auto done = tables.write_series_and_instances();
  return done ? tables.write_images() : done;
}

}  // namespace dcmflow
