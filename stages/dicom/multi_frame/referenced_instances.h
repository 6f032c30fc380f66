#pragma once
// How many slices the series has that a segmentation segments. No Problems; thread-safe on distinct
// sources.

#include <cstdint>

#include "stages/dicom/byte_source.h"
#include "stages/dicom/element_reader.h"

namespace dcmflow {

inline constexpr std::uint32_t referenced_series_tag = 0x00081115;

// The items of the Referenced Instance Sequence (0008,114A) of the item of the Referenced Series
// Sequence `sequence` (PS3.3 C.12.1.1.9) that has the most; what is damaged ends the count. 0 in a
// stream where the sequence has no length, since that cannot be read twice.
std::uint32_t count_referenced_instances(ByteSource& source, const Element& sequence,
                                         DatasetEncoding encoding);

}  // namespace dcmflow
