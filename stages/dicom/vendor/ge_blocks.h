#pragma once
// Two blocks of bytes in which General Electric's scanners keep how they scanned.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "stages/dicom_types.h"

namespace dcmflow {

// Of (0043,xx2A), "GEMS_PARM_01", the tables of the scan: whether echo planar lines were acquired
// toward increasing rows or columns. nullopt when it was no echo planar scan, or the block is of a
// release that is not known. Pure; thread-safe, as the others.
std::optional<bool> ge_polarity_is_positive(std::span<const std::uint8_t> block);

// Of (0025,xx1B), "GEMS_SERS_01", the protocol: lines of KEY "value". Empty when it is damaged.
std::string ge_protocol_text(std::span<const std::uint8_t> block);

// The value of a key of the protocol.
std::optional<std::string_view> ge_protocol_value(std::string_view text, std::string_view key);

}  // namespace dcmflow
