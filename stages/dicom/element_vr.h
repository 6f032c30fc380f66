#pragma once
// The VR of any element, by whatever says it. VRs: PS3.5 6.2. Pure but for the dictionary; no
// Problems; thread-safe.

#include <cstdint>
#include <string_view>

#include "stages/dicom/attribute_table.h"
#include "stages/dicom/element_reader.h"

namespace dcmflow {

constexpr bool is_private(std::uint32_t tag) { return (tag >> 16 & 1) != 0; }
// Whether the element names the creator of a block (PS3.5 7.8.1).
constexpr bool is_creator(std::uint32_t tag) {
  return is_private(tag) && (tag & 0xFFFF) >= 0x10 && (tag & 0xFFFF) <= 0xFF;
}

// The row of a top-level attribute, a user's before that which a vendor's file reads; nullptr when
// the table has none. `creator`: of the block of a
// private element, "" where there is none.
const AttributeRow* find_row(const AttributeTable& table, std::uint32_t tag,
                             std::string_view creator);

// That of the file; else that of the table for private elements, else that of the dictionary; UN
// where nothing says one. `has_signed_pixels` decides between US and SS (PS3.5 A.1).
Vr find_vr(const Element& element, std::string_view creator, const AttributeTable& table,
           bool has_signed_pixels);

}  // namespace dcmflow
