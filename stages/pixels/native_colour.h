#pragma once
// Native colour pixels → what decoders give: RGB, samples interleaved. Thread-safe on distinct
// `rgb`.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "stages/dicom_types.h"

namespace dcmflow {

// `pixels`: one frame of 3 samples, little endian, planar as the layout says (PS3.3 C.7.6.3.1.3).
// With `chroma_is_halved` (YBR_FULL_422) it is two bytes a pixel: Y1 Y2 Cb Cr for each two pixels
// of a row. Returns the same span where there is nothing to do, else one into `rgb`. Problem
// {decode_failed} without subject for YBR of other than 8 bits.
Result<std::span<const std::uint8_t>> native_rgb(std::span<const std::uint8_t> pixels,
                                                 const PixelLayout& layout,
                                                 std::string_view photometric_interpretation,
                                                 bool chroma_is_halved,
                                                 std::vector<std::uint8_t>& rgb);

}  // namespace dcmflow
