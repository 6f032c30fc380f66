#include "stages/catalog/listed_tables.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "stages/base/record_sorter.h"
#include "stages/catalog/table_rows.h"

namespace dcmflow {
namespace {

constexpr std::size_t piece_bytes = 64 << 10;

// In this machine's byte order.
template <class Number>
std::string bytes_of(Number number) {
  std::string bytes(sizeof number, '\0');
  std::memcpy(bytes.data(), &number, sizeof number);
  return bytes;
}

template <class Number>
Number number_of(std::string_view bytes) {
  Number number{};
  std::memcpy(&number, bytes.data(), std::min(bytes.size(), sizeof number));
  return number;
}

// A row as records: each cell of an attribute behind its index, the others behind nothing.
std::string stored_row(const TableRow& row) {
  std::string bytes;
  for (const auto& cell : row.cells) append_record(bytes, {}, cell);
  for (const auto& [attribute, cell] : row.attributes)
    append_record(bytes, bytes_of(attribute), cell);
  return bytes;
}

Result<TableRow> read_row(std::string_view bytes) {
  TableRow row;
  KeyedReader records(
      [rest = bytes]() mutable { return Result<std::string_view>(std::exchange(rest, {})); },
      bytes.size());
  for (KeyedRecord record;;) {
    const auto more = records.next(record);
    if (!more) return more.problem();
    if (!*more) return row;
    if (record.key.empty())
      row.cells.push_back(record.record);
    else
      row.attributes.emplace_back(number_of<AttributeIndex>(record.key), record.record);
  }
}

}  // namespace

Status ListedTables::add(const Catalog& window) {
  TableRows rows(window, table_, no_patient_);
  rows.survey(columns_);
  bool has_room = true;
  std::array<std::string, 3> pieces;
  const auto store = [&](std::size_t table) {
    has_room = has_room && store_.add(rows_[table], pieces[table]);
    pieces[table].clear();
  };
  rows.for_each([&](Table table, const TableRow& row) {
    const auto at = static_cast<std::size_t>(table);
    append_record(pieces[at], {}, stored_row(row));
    if (pieces[at].size() >= piece_bytes) store(at);
  });
  for (std::size_t table = 0; table < pieces.size(); ++table) store(table);
  if (has_room) return Done{};
  return Problem{Reason::disk_full, {}, "there is no room on the disk for the rows of tables"};
}

Status ListedTables::for_each(Table table, const std::function<void(const TableRow&)>& take) const {
  auto records = stored_records(store_, rows_[static_cast<std::size_t>(table)]);
  for (KeyedRecord record;;) {
    const auto more = records.next(record);
    if (!more) return more.problem();
    if (!*more) return Done{};
    const auto row = read_row(record.record);
    if (!row) return row.problem();
    take(*row);
  }
}

}  // namespace dcmflow
