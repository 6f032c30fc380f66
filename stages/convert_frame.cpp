#include "stages/convert_frame.h"

#include "stages/rescale.h"

namespace dcmflow {

Result<ValueRange> convert_frame(const Frame& frame, VoxelType type, FrameBuffers& buffers,
                                 std::span<std::uint8_t> voxels) {
  // Pixels as wide as voxels are read to where the voxels will be, and rescaled in place.
  const auto pixels = read_frame(frame, buffers, voxels);
  if (!pixels) return pixels.problem();
  return rescale(*pixels, frame.instance->shared->layout, frame.slope, frame.intercept, type,
                 voxels);
}

}  // namespace dcmflow
