#pragma once
// Stored pixels → voxel values: the arithmetic of the pixel path. No Problems.

#include <cstdint>
#include <span>

#include "stages/dicom_types.h"

namespace dcmflow {

ValueRange join(const ValueRange& a, const ValueRange& b);

bool holds(VoxelType type, const ValueRange& range);

// The narrowest type that holds the range exactly, in the order int16, uint16, int32, float32;
// float32 also for what none holds.
VoxelType narrowest_type(const ValueRange& range);

// Converts the native pixels of one monochrome frame (layout.frame_bytes(), little endian) to
// `type` at `voxels`, and returns the range of the values. When the type does not hold the range,
// the voxels are meaningless; for float32, which holds any, it is not told whether the values are
// integral. REQUIRES: bits_allocated 8, 16 or 32; voxels.size() = frame voxels ×
// bytes of the type. Pure; thread-safe.
ValueRange rescale(std::span<const std::uint8_t> pixels, const PixelLayout& layout, double slope,
                   double intercept, VoxelType type, std::span<std::uint8_t> voxels);

}  // namespace dcmflow
