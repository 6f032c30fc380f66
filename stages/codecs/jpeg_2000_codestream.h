#pragma once
// The headers of a JPEG 2000 codestream (ISO/IEC 15444-1 annex A), read with bounds checks before
// a decoder sees them. No pixels. Problems: decode_failed. Pure; thread-safe.

#include <cstdint>
#include <span>

#include "stages/dicom_types.h"

namespace dcmflow {

// What a decoder is to read: `bytes`, a part of the compressed frame, and behind them `end`, which
// is empty unless the codestream lacks a proper end marker.
struct Jpeg2000Codestream {
  std::span<const std::uint8_t> bytes;
  std::span<const std::uint8_t> end;
};

// Finds the codestream, also within a JP2 file, and refuses (decode_failed) one whose size,
// components or bits differ from the layout, or whose tiles or precincts would cost far more memory
// than its pixels. Whether the rest of it is sound is left to the decoders.
Result<Jpeg2000Codestream> find_jpeg_2000_codestream(std::span<const std::uint8_t> compressed,
                                                     const PixelLayout& layout);

}  // namespace dcmflow
