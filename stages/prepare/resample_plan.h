#pragma once
// How a resampling goes through memory: slab by slab of what is made, and of the source the slices
// that a slab lies between. Pure; thread-safe; no Problems.

#include <cstdint>

#include "stages/dicom_types.h"
#include "stages/prepare/interpolation.h"

namespace dcmflow {

// The slices of `source` that some slices of `target` are made of, with one more on either side
// where there is one: at least one, the nearest. REQUIRES: both are orthogonal.
SlabRange needed_slices(const Grid& source, const Grid& target, const SlabRange& slab);

struct ResamplePlan {
  std::uint32_t slab_slices = 1;    // of the target, made at once
  std::uint32_t window_slices = 1;  // of the source, in memory at once
  // The window goes through the source once, from the first slice to the last; else it is the whole
  // volume.
  bool streams = false;
};

// It streams for linear and nearest, where the slabs need slices in their order and not nearly all
// of them. B-spline coefficients are of all voxels, and ITK's label-Gaussian is wrong for a part of
// a volume.
ResamplePlan plan_resampling(const Grid& source, const Grid& target, Interpolation interpolation);

// Bytes that dcmflow-prepare takes for it at the most, itself and ITK with it.
std::uint64_t resampling_bytes(const Grid& source, VoxelType type, const Grid& target,
                               Interpolation interpolation);

}  // namespace dcmflow
