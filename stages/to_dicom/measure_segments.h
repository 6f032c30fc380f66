#pragma once
// What the voxels of an image are within each segment. Thread-safe.

#include <cstdint>
#include <map>
#include <span>

#include "stages/base/result.h"
#include "stages/formats/voxel_values.h"

namespace dcmflow {

// Of the values of a segment; the deviation is that of all of them (divided by their number).
struct SegmentValues {
  std::uint64_t voxels = 0;
  double mean = 0, deviation = 0, least = 0, greatest = 0;
};

// By label, without 0. `labels`: of the first volume, on the image's grid. Values that are no
// number are left out. Takes a few MB. Problems as of VoxelValues. REQUIRES: one sample a voxel.
Result<std::map<std::uint16_t, SegmentValues>> measure_segments(
    const HeldImage& image, std::span<const std::uint16_t> labels);

}  // namespace dcmflow
