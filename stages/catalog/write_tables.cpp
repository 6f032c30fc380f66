// series, instances and images as tables: CSV (RFC 4180) or a JSON object a line, for those without
// SQLite. The columns of attributes are the keywords of dicom-metadata.json that occur in the run,
// whichever level they stand at; an attribute of several values is a JSON array in its cell.

#include <set>
#include <unordered_map>
#include <utility>
#include <vector>

#include "stages/catalog/image_table.h"
#include "stages/catalog/listed_series.h"
#include "stages/catalog/table_file.h"
#include "stages/catalog/table_rows.h"
#include "stages/write_catalog.h"

namespace dcmflow {
namespace {

// Of a table whose columns are known.
class AllCells {
 public:
  AllCells(std::vector<std::string> first, const std::set<AttributeIndex>& attributes,
           const AttributeTable& table)
      : names_(std::move(first)) {
    for (const auto attribute : attributes) {
      places_.emplace(attribute, names_.size());
      names_.push_back(table[attribute].keyword);
    }
  }
  const std::vector<std::string>& names() const { return names_; }
  // There until the next call.
  const std::vector<Cell>& of(const TableRow& row) {
    cells_ = row.cells;
    cells_.resize(names_.size());
    for (const auto& [attribute, cell] : row.attributes)
      if (const auto place = places_.find(attribute); place != places_.end())
        cells_[place->second] = cell;
    return cells_;
  }

 private:
  std::vector<std::string> names_;
  std::unordered_map<AttributeIndex, std::size_t> places_;
  std::vector<Cell> cells_;
};

}  // namespace

Status write_tables(const OutputFolder& folder, const Catalog& catalog, const AttributeTable& table,
                    bool no_patient, TableFormat format) {
  TableRows rows(catalog, table, no_patient);
  TableColumns columns;
  if (catalog.listed)
    columns = catalog.listed->tables().columns();
  else
    rows.survey(columns);
  std::vector<AllCells> cells;
  cells.emplace_back(series_columns(), columns.of_series, table);
  cells.emplace_back(instance_columns(), columns.all, table);
  cells.emplace_back(image_columns(), std::set<AttributeIndex>(), table);
  std::vector<TableFile> files;
  for (const std::string name : {"series", "instances", "images"}) {
    auto file = TableFile::create(folder, name, format, cells[files.size()].names());
    if (!file) return file.problem();
    files.push_back(std::move(*file));
  }
  const auto add = [&](Table of, const TableRow& row) {
    const auto at = static_cast<std::size_t>(of);
    files[at].add(cells[at].of(row));
  };
  if (!catalog.listed) rows.for_each(add);
  for (const auto of : {Table::series, Table::instances, Table::images}) {
    if (catalog.listed)
      if (auto read =
              catalog.listed->tables().for_each(of, [&](const TableRow& row) { add(of, row); });
          !read)
        return read;
    if (auto done = files[static_cast<std::size_t>(of)].commit(); !done) return done;
  }
  return Done{};
}

}  // namespace dcmflow
