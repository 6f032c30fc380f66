#pragma once
// Values that are no integers of a pixel cell → voxels: Float and Double Float Pixel Data (PS3.3
// C.7.6.24, C.7.6.25) and lookup tables. Pure; no Problems.

#include <cstdint>
#include <span>

#include "stages/dicom_types.h"
#include "stages/pixels/lookup_table.h"

namespace dcmflow {

// Float or Double Float Pixel Data; no lookup table applies to them.
bool has_real_pixels(const Instance& instance);

// Converts one frame of float32 or float64 pixels, as `bits_allocated` says. The range is that of
// finite values; others (NaN, infinity) make it not integral, and float32 keeps them. `rounded`
// tells that float32 does not hold a value exactly where that is not the work of the slope: one of
// float64. nullopt when a finite value is beyond float32. voxels.size() = frame voxels × bytes of
// `type`, which is none of rgb24. `pixels` and `voxels` may be the same.
std::optional<ValueRange> float_voxels(std::span<const std::uint8_t> pixels,
                                       const PixelLayout& layout, double slope, double intercept,
                                       VoxelType type, std::span<std::uint8_t> voxels);

// Converts one frame of stored integers: table[stored · slope + intercept]. nullopt as above.
// REQUIRES: bits_allocated 8, 16 or 32; whole slope and intercept.
std::optional<ValueRange> table_voxels(std::span<const std::uint8_t> pixels,
                                       const PixelLayout& layout, double slope, double intercept,
                                       const ValueTable& table, VoxelType type,
                                       std::span<std::uint8_t> voxels);

}  // namespace dcmflow
