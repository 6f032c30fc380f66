#pragma once
// Rows of the tables of series, instances and images that are done and gone, until the columns are
// known.

#include <array>
#include <cstdint>
#include <functional>
#include <set>
#include <utility>
#include <vector>

#include "stages/base/part_store.h"
#include "stages/catalog/table_file.h"
#include "stages/dicom/attribute_table.h"
#include "stages/write_catalog.h"

namespace dcmflow {

// The cells of a row: those of the first columns, then those of attributes that have any.
struct TableRow {
  std::vector<Cell> cells;
  std::vector<std::pair<AttributeIndex, Cell>> attributes;
};

// Of the attributes, which stand at a study or series, and which at all: they are columns.
struct TableColumns {
  std::set<AttributeIndex> of_series, all;
};

enum class Table : std::uint8_t { series, instances, images };

// REQUIRES: the store outlives it. Problem{disk_full}: the store has no room; and what the store
// has when it is read.
class ListedTables {
 public:
  ListedTables(PartStore& store, const AttributeTable& table, bool no_patient)
      : store_(store), table_(table), no_patient_(no_patient) {}

  // The next studies, each whole.
  Status add(const Catalog& window);

  const TableColumns& columns() const { return columns_; }
  Status for_each(Table table, const std::function<void(const TableRow&)>& take) const;

 private:
  PartStore& store_;
  const AttributeTable& table_;
  const bool no_patient_;
  TableColumns columns_;
  std::array<StoredText, 3> rows_;  // by Table
};

}  // namespace dcmflow
