#pragma once
// The Shared and Per-Frame Functional Groups Sequences of an enhanced multi-frame image (PS3.3
// C.7.6.16): what they say of a frame, under the attributes by which a single-frame image says the
// same.

#include <cstdint>
#include <vector>

#include "stages/dicom/element_reader.h"
#include "stages/dicom/header_plan.h"

namespace dcmflow {

inline constexpr std::uint32_t shared_groups_tag = 0x52009229;
inline constexpr std::uint32_t per_frame_groups_tag = 0x52009230;

// One element for each item of `sequence`, which lies in `source` up to `end`: for the shared
// groups one item, for the per-frame groups one a frame. `plan` tells what of an unassigned macro
// (C.7.6.16.2.25) is wanted. Problems: malformed, truncated (subject left empty). At most
// `most_items` are read; more are malformed.
Result<std::vector<AttributeValues>> read_functional_groups(
    ByteSource& source, DatasetEncoding encoding, const Element& sequence, std::uint64_t end,
    std::uint64_t most_items, const HeaderPlan& plan, std::string_view character_set);

// Adds what `values` lacks from `others`.
void add_missing(AttributeValues& values, const AttributeValues& others);

}  // namespace dcmflow
