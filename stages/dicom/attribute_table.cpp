#include "stages/dicom/attribute_table.h"

#include <algorithm>
#include <utility>

#include "stages/dicom/vendor/vendor_attributes.h"

namespace dcmflow {

AttributeTable::AttributeTable() {
  rows_.reserve(vendor_attributes_end);
  for (const auto& row : built_in_attributes)
    rows_.push_back({row.tag,
                     std::string(row.vr),
                     row.level,
                     row.repeats,
                     std::string(row.keyword),
                     {},
                     {},
                     true});
  for (const auto& row : vendor_attributes)
    rows_.push_back({row.tag,
                     std::string(row.vr),
                     AttributeLevel::instance,
                     row.repeats,
                     {},
                     std::string(row.creator),
                     {},
                     false});
}

AttributeIndex AttributeTable::add(AttributeRow row) {
  const auto same = std::ranges::find_if(rows_, [&](const AttributeRow& other) {
    return !other.keyword.empty() && other.tag == row.tag &&
           other.private_creator == row.private_creator && other.path == row.path;
  });
  if (same != rows_.end()) {
    same->in_metadata |= row.in_metadata;
    return static_cast<AttributeIndex>(same - rows_.begin());
  }
  rows_.push_back(std::move(row));
  return static_cast<AttributeIndex>(rows_.size() - 1);
}

std::optional<AttributeIndex> AttributeTable::find(std::string_view keyword) const {
  const auto row = std::ranges::find(rows_, keyword, &AttributeRow::keyword);
  if (keyword.empty() || row == rows_.end()) return std::nullopt;
  return static_cast<AttributeIndex>(row - rows_.begin());
}

}  // namespace dcmflow
