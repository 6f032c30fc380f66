#pragma once
// How far the voxels of two images differ, whatever type, format and compression they have.

#include <cstdint>

#include "stages/base/result.h"
#include "stages/formats/voxel_values.h"

namespace dcmflow {

struct VoxelComparison {
  std::uint64_t voxels = 0;     // of each image
  std::uint64_t different = 0;  // of those
  // Between two values, which a scale of the header turns stored ones into; of colour, between two
  // samples. Infinite where one of them alone is no number.
  double largest = 0;
};

// REQUIRES: both have the same size and number of volumes, and both are colour, or none is. Takes a
// few MB, whatever the images have. Problems as of VoxelStream, with the path as subject; malformed
// where a header promises more than a file can hold. Thread-safe.
Result<VoxelComparison> compare_voxels(const HeldImage& a, const HeldImage& b);

}  // namespace dcmflow
