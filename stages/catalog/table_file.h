#pragma once
// A table that is one file, written row by row: CSV (RFC 4180; the first line names the columns, an
// empty cell has no value) or a JSON object a line (null has no value). Cells are JSON in both, of
// which CSV takes strings without their quotes.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stages/base/output_file.h"
#include "stages/base/table_format.h"
#include "stages/catalog/json_writer.h"

namespace dcmflow {

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

inline Cell cell_or_none(std::string_view text) { return text.empty() ? Cell() : cell(text); }

// For one thread. A failed write is kept and returned by commit(). Problems: output_not_writable,
// disk_full.
class TableFile {
 public:
  // `name` has no extension: the format has one.
  static Result<TableFile> create(const OutputFolder& folder, const std::string& name,
                                  TableFormat format, std::vector<std::string> columns);

  // REQUIRES: one cell for each column.
  void add(std::span<const Cell> cells);

  // Gives the file its name.
  Status commit();

 private:
  void flush();

  OutputFile file_;
  bool is_csv_ = true;
  std::vector<std::string> columns_;
  std::string buffer_;
  Status status_ = Done{};
};

}  // namespace dcmflow
