#pragma once
// Stored pixels → rgb24 voxels. Pure; no Problems.

#include <cstdint>
#include <span>

#include "stages/dicom_types.h"
#include "stages/pixels/lookup_table.h"

namespace dcmflow {

// RGB samples of one frame, interleaved, as bytes at `voxels`; wider ones are reduced to the upper
// 8 of Bits Stored. Returns the range of the bytes. `pixels` and `voxels` may be the same.
// REQUIRES: bits_allocated 8, 16 or 32; voxels.size() = 3 × frame voxels.
ValueRange rgb_voxels(std::span<const std::uint8_t> pixels, const PixelLayout& layout,
                      std::span<std::uint8_t> voxels);

// The same of indexes into a palette (PS3.3 C.7.6.3.1.5), one a pixel.
ValueRange palette_voxels(std::span<const std::uint8_t> pixels, const PixelLayout& layout,
                          const Palette& palette, std::span<std::uint8_t> voxels);

}  // namespace dcmflow
