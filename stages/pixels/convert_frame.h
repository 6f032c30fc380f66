#pragma once
// One frame, read from its file and turned into voxels.

#include "stages/dicom_types.h"
#include "stages/pixels/read_frame.h"

namespace dcmflow {

// Reads `frame` and converts its pixels to `type` at `voxels`, which has the size of a frame of the
// type; returns the range of the values, which the type may not hold: then the voxels are
// meaningless. rgb24 is for frames for which is_colour() holds and for no others. Problems are
// those of read_frame and of the lookup table that the frame needs (malformed), and
// pixel_layout_unsupported for real values beyond float32. Thread-safe with buffers of one's own.
Result<ValueRange> convert_frame(const Frame& frame, VoxelType type, FrameBuffers& buffers,
                                 std::span<std::uint8_t> voxels);

}  // namespace dcmflow
