#pragma once
// Stack → Slabs: reads the frames, rescales each with its own slope and intercept, and converts
// them to the voxel type.

#include <vector>

#include "stages/dicom_types.h"
#include "stages/pixels/choose_voxels.h"
#include "stages/pixels/read_frame.h"

namespace dcmflow {

// The slabs of a stack, in order: as many whole slices as make about slab_voxels. Depends on the
// stack alone, so the compressed bytes of an image do not depend on threads or memory.
std::vector<SlabRange> plan_slabs(const Stack& stack);

// Bytes that assembling and writing one slab takes at the most, buffers included; `compressed`: it
// is written as gzip blocks.
std::uint64_t slab_memory(const Stack& stack, const SlabRange& range, VoxelType type,
                          bool compressed);

// Value = stored × slope + intercept in double (PS3.3 C.11.1.1.2), stored = Bits Stored bits below
// High Bit, sign-extended when Pixel Representation is 1. When a value does not fit voxels.type,
// slab.bytes is empty and slab.values holds the range that was seen until then. Problems are those
// of convert_frame, of the first slice in order that fails. Thread-safe with buffers of one's own.
Result<Slab> assemble_volume(const Stack& stack, const SlabRange& range, const Voxels& voxels,
                             FrameBuffers& buffers);

// The files of the slab whose pixels cannot be read or converted to `type`, each with the problem
// of its first such frame, in the order of the slices. Thread-safe with buffers of one's own.
std::vector<Problem> unreadable_files(const Stack& stack, const SlabRange& range, VoxelType type,
                                      FrameBuffers& buffers);

inline constexpr std::uint64_t slab_voxels = 1 << 18;

}  // namespace dcmflow
