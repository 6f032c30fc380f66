#pragma once
// A DICOMDIR record by record, for what no writer would write (PS3.3 F.3).

#include <string>
#include <vector>

#include "tests/support/raw_dataset.h"

namespace dcmflow {

struct DirectoryRecord {
  std::string file_id;  // components with '\' between; empty: none, as of a PATIENT
  bool is_in_use = true;
};

struct DicomdirForm {
  bool open_items = false;     // items and sequence of undefined length
  std::uint32_t offset = 0;    // of the next record, and of the first below
  std::uint32_t too_long = 0;  // bytes that the sequence says to have beyond its own
};

inline std::string dicomdir_bytes(const std::vector<DirectoryRecord>& records,
                                  const DicomdirForm& form = {}) {
  const auto padded = [](std::string text, char with) {
    if (text.size() % 2 != 0) text += with;
    return text;
  };
  RawDataset raw;
  std::string items;
  for (const auto& [file_id, is_in_use] : records) {
    RawDataset record;
    record.add(0x00041400, "UL", raw.number(form.offset, 4));
    record.add(0x00041410, "US", raw.number(is_in_use ? 0xFFFF : 0, 2));
    record.add(0x00041420, "UL", raw.number(form.offset, 4));
    record.add(0x00041430, "CS", file_id.empty() ? "PATIENT " : "IMAGE ");
    if (!file_id.empty()) record.add(0x00041500, "CS", padded(file_id, ' '));
    items += form.open_items ? raw.open_item(record) : raw.item(record);
  }
  if (form.open_items) items += raw.end_of_sequence();
  const auto length = form.open_items ? RawDataset::undefined_length
                                      : static_cast<std::uint32_t>(items.size()) + form.too_long;
  raw.add(0x00041130, "CS", "MEDIUM").add(0x00041220, "SQ", items, length);
  RawDataset meta;
  meta.add(0x00020002, "UI", padded("1.2.840.10008.1.3.10", '\0'));
  meta.add(0x00020010, "UI", padded("1.2.840.10008.1.2.1", '\0'));
  constexpr std::size_t item_header = 8;
  const auto content = [&](const RawDataset& of) { return raw.item(of).substr(item_header); };
  return std::string(128, '\0') + "DICM" + content(meta) + content(raw);
}

}  // namespace dcmflow
