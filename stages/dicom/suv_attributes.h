#pragma once
// The attributes that standardized uptake values (--suv) need and nothing else does: rows behind
// those of every AttributeTable, in the table of a run that makes them. Others do not read them.
// Constant; no Problems; thread-safe.

#include <array>
#include <cstdint>
#include <string_view>

#include "stages/dicom/attribute_table.h"
#include "stages/dicom/vendor/vendor_attributes.h"

namespace dcmflow {

struct SuvAttribute {
  std::uint32_t tag;  // with a private creator: gggg00ee
  std::string_view vr;
  bool repeats;  // as in BuiltInAttribute
  std::string_view creator = {};
  std::uint32_t sequence = 0;        // in whose items it stands; 0: at the top level
  std::uint32_t inner_sequence = 0;  // within that one
};

inline constexpr auto suv_attributes = [] {
  constexpr bool same = true;
  constexpr bool varies = false;
  constexpr std::string_view ge = "GEMS_PETD_01";
  constexpr std::string_view philips = "Philips PET Private Group";
  constexpr std::uint32_t radiopharmaceutical = 0x00540016;
  constexpr std::uint32_t real_world_mapping = 0x00409096;
  constexpr std::uint32_t measurement_units = 0x004008EA;
  return std::to_array<SuvAttribute>({
      {0x00080100, "SH", same, {}, real_world_mapping, measurement_units},  // CodeValue
      {0x00080201, "SH", same},                                             // TimezoneOffsetFromUTC
      {0x0009000D, "DT", same, ge},                                         // when the scan began
      {0x00181072, "TM", same, {}, radiopharmaceutical},  // RadiopharmaceuticalStartTime
      {0x00181074, "DS", same, {}, radiopharmaceutical},  // RadionuclideTotalDose
      {0x00181075, "DS", same, {}, radiopharmaceutical},  // RadionuclideHalfLife
      {0x00181078, "DT", same, {}, radiopharmaceutical},  // RadiopharmaceuticalStartDateTime
      {0x00189074, "DT", varies},                         // FrameAcquisitionDateTime
      {0x00189701, "DT", same},                           // DecayCorrectionDateTime
      {0x00189758, "CS", same},                           // DecayCorrected
      {0x00189759, "CS", same},                           // AttenuationCorrected
      {0x00541006, "CS", same},                           // SUVType
      {0x70530000, "DS", varies, philips},                // SUV of a value
      {0x70530009, "DS", varies, philips},                // Bq/ml of a value
  });
}();

// The index of one in a table that has them; a tag that is none does not compile.
consteval AttributeIndex suv_index(std::uint32_t tag) {
  for (std::size_t i = 0; i < suv_attributes.size(); ++i)
    if (suv_attributes[i].tag == tag) return static_cast<AttributeIndex>(vendor_attributes_end + i);
  throw "not a SUV attribute";
}

// REQUIRES: nothing was added to the table before.
void add_suv_attributes(AttributeTable& table);

}  // namespace dcmflow
