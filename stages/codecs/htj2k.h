#pragma once
// High-throughput JPEG 2000 by OpenJPH, several times as fast as OpenJPEG.

#include <cstdint>
#include <span>

#include "stages/dicom_types.h"

namespace dcmflow {

// Samples interleaved, in the low bits of each cell, as DecodeFrame has them, before YBR becomes
// RGB. REQUIRES: suits_openjph(), check_layout(). Problem{decode_failed}: the decoder says so, or a
// sample needs more bits than the codestream declares. Thread-safe.
Status decode_htj2k(std::span<const std::uint8_t> codestream, const PixelLayout& layout,
                    std::span<std::uint8_t> frame);

}  // namespace dcmflow
