#pragma once
// What all instances of a series have with one value, in a form that waits for the other series of
// the study. Pure; no Problems.

#include <string>
#include <string_view>
#include <vector>

#include "stages/catalog/metadata_levels.h"

namespace dcmflow {

// One attribute that rises to the study where all its series have it with the same text, or some
// that never rise. `json`: `"Keyword": value`, as members of an object of this series.
struct MetadataRow {
  static constexpr AttributeIndex stays = 0xFFFF;
  AttributeIndex row = stays;
  std::string text;  // of DICOM; empty for those that stay
  std::string json;
  bool operator==(const MetadataRow&) const = default;
};

// In the order of the attribute table. `level`: that of the series over all rows that are shown.
std::vector<MetadataRow> metadata_rows(const MetadataLevels& levels,
                                       const MetadataLevels::Level& level);

// [u16 row][u32 bytes of text][u32 bytes of json][text][json]… in this machine's byte order.
std::string pack(const std::vector<MetadataRow>& rows);
// REQUIRES: what pack() gave.
std::vector<MetadataRow> unpack(std::string_view packed);

// Leaves those of `rising` that `series` has with the same text.
void keep_common(std::vector<MetadataRow>& rising, const std::vector<MetadataRow>& series);
// Whether the study has it already.
bool has_risen(const MetadataRow& row, const std::vector<MetadataRow>& rising);

}  // namespace dcmflow
