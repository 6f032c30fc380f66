#pragma once
// The attributes that the header walk keeps: the built-in ones of config/attributes.h, those of
// vendors (vendor/vendor_attributes.h), then what the user and the rules add. No Problems.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stages/dicom/attributes.h"

namespace dcmflow {

// One step into a sequence: the sequence's tag and the item, from 0, or any of them.
struct SequenceStep {
  static constexpr std::uint32_t any_item = 0xFFFFFFFF;  // the values of all items, in their order
  std::uint32_t tag = 0;
  std::uint32_t item = 0;
  bool operator==(const SequenceStep&) const = default;
};

struct AttributeRow {
  std::uint32_t tag =
      0;           // with a private creator: gggg00ee, the block is found in each file (PS3.5 7.8)
  std::string vr;  // two letters; the VR in the file wins when it is explicit
  AttributeLevel level = AttributeLevel::instance;
  bool repeats = false;
  std::string keyword;             // the JSON key, and the name in rules
  std::string private_creator;     // "" for standard attributes
  std::vector<SequenceStep> path;  // the sequences to go through; empty at the top level
  bool in_metadata = true;         // false for attributes that only a rule or a vendor's file reads
};

// Rows never move: the first built_in_attributes.size() rows are the built-in ones, in their order,
// then the vendor_attributes, which have no keyword.
// Built once before any data is read, then only read: safe from any thread.
class AttributeTable {
 public:
  AttributeTable();

  // Adds a row and returns its index; an equal attribute (same tag, creator and path) is not added
  // twice, but becomes part of the metadata when `row` is. What a vendor's file reads for itself
  // may come again, with a keyword. REQUIRES: fewer than 65,535 rows.
  AttributeIndex add(AttributeRow row);

  std::optional<AttributeIndex> find(std::string_view keyword) const;  // exact keyword
  const AttributeRow& operator[](AttributeIndex index) const { return rows_[index]; }
  const std::vector<AttributeRow>& rows() const { return rows_; }

 private:
  std::vector<AttributeRow> rows_;
};

}  // namespace dcmflow
