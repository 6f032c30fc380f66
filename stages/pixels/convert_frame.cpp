#include "stages/pixels/convert_frame.h"

#include <algorithm>

#include "stages/pixels/cells.h"
#include "stages/pixels/colour.h"
#include "stages/pixels/real_voxels.h"
#include "stages/pixels/rescale.h"

namespace dcmflow {
namespace {

using Bytes = std::span<const std::uint8_t>;

Result<ValueRange> convert_colour(const Frame& frame, Bytes pixels, const PixelLayout& layout,
                                  FrameBuffers& buffers, std::span<std::uint8_t> voxels) {
  if (layout.samples_per_pixel == 3) {
    auto range = rgb_voxels(pixels, layout, voxels);
    range.recoloured = buffers.recoloured;
    return range;
  }
  const auto palette = buffers.tables.palette(frame);
  if (!palette) return palette.problem();
  return palette_voxels(pixels, layout, **palette, voxels);
}

Result<ValueRange> told(const Frame& frame, const std::optional<ValueRange>& range) {
  if (range) return *range;
  return Problem{Reason::pixel_layout_unsupported, frame.instance->file->name,
                 "a value beyond ±3.4028235e38, the largest that float32 holds"};
}

Result<ValueRange> convert_as_stored(const Frame& frame, VoxelType type, FrameBuffers& buffers,
                                     std::span<std::uint8_t> voxels) {
  // Pixels as wide as voxels are read to where the voxels will be, and rescaled in place.
  const auto pixels = read_frame(frame, buffers, voxels);
  if (!pixels) return pixels.problem();
  const auto layout = cell_layout(frame.instance->shared->layout);
  if (type == VoxelType::rgb24) return convert_colour(frame, *pixels, layout, buffers, voxels);
  if (has_real_pixels(*frame.instance))
    return told(frame, float_voxels(*pixels, layout, frame.slope, frame.intercept, type, voxels));
  if (frame.table == TableKind::none)
    return rescale(*pixels, layout, frame.slope, frame.intercept, type, voxels);
  const auto table = buffers.tables.value_table(frame);
  if (!table) return table.problem();
  const bool masked = has_bits_outside(*pixels, layout);  // the voxels may take their place
  auto range = table_voxels(*pixels, layout, frame.slope, frame.intercept, **table, type, voxels);
  if (range) range->masked = masked;
  return told(frame, range);
}

// The last voxel becomes the first.
void turn(std::span<std::uint8_t> voxels, std::size_t bytes) {
  for (std::size_t first = 0, last = voxels.size(); first + bytes < last; first += bytes)
    std::swap_ranges(voxels.begin() + static_cast<std::ptrdiff_t>(first),
                     voxels.begin() + static_cast<std::ptrdiff_t>(first + bytes),
                     voxels.begin() + static_cast<std::ptrdiff_t>(last -= bytes));
}

}  // namespace

Result<ValueRange> convert_frame(const Frame& frame, VoxelType type, FrameBuffers& buffers,
                                 std::span<std::uint8_t> voxels) {
  auto range = convert_as_stored(frame, type, buffers, voxels);
  if (range && frame.is_turned) turn(voxels, voxel_bytes(type));
  return range;
}

}  // namespace dcmflow
