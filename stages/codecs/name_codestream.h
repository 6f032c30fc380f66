#pragma once
// What pixels look like that are not what their transfer syntax says. No Problems; thread-safe on
// distinct sources.

#include <cstdint>
#include <span>
#include <string_view>

#include "stages/dicom/byte_source.h"

namespace dcmflow {

// "JPEG", "JPEG-LS", "JPEG 2000", or "" when they look like none of these.
std::string_view name_codestream(std::span<const std::uint8_t> first_bytes);

// Up to 16 bytes of the first item behind the Basic Offset Table of the encapsulated pixel data at
// `offset`; empty when there is none. Valid until the next read of `source`.
std::span<const std::uint8_t> first_fragment(ByteSource& source, std::uint64_t offset);

// Whether the value is items from its begin to its end (PS3.5 A.4), though its element has a length
// of its own. A few bytes of each item are read.
bool is_items(ByteSource& source, std::uint64_t offset, std::uint64_t length);

}  // namespace dcmflow
