#pragma once
// What the tables of series, instances and images have in their rows. No Problems.

#include <functional>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "stages/catalog/listed_tables.h"
#include "stages/catalog/metadata_levels.h"
#include "stages/write_catalog.h"

namespace dcmflow {

std::vector<std::string> series_columns();
std::vector<std::string> instance_columns();

// Of all series of a catalog, which has each study whole and says what became of their files. For
// one thread. REQUIRES: the catalog outlives it.
class TableRows {
 public:
  TableRows(const Catalog& catalog, const AttributeTable& table, bool no_patient);

  // Adds the attributes that occur.
  void survey(TableColumns& columns);
  // Of each table in the order of the series, or images. The row is there until the next.
  void for_each(const std::function<void(Table, const TableRow&)>& take);

 private:
  std::vector<Cell> series_cells(const Series& series) const;
  std::vector<Cell> instance_cells(const Series& series, const Instance& instance) const;

  MetadataLevels levels_;
  const std::vector<const Series*> all_;
  const std::vector<std::span<const Series* const>> studies_;
  const std::vector<const ImageFile*> images_;
  std::unordered_map<std::string_view, const Problem*> problems_;  // by file
  std::unordered_map<const Series*, std::vector<const ImageFile*>> images_of_;
};

}  // namespace dcmflow
