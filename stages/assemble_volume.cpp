#include "stages/assemble_volume.h"

#include <algorithm>

#include "stages/convert_frame.h"
#include "stages/formats/formats.h"
#include "stages/rescale.h"

namespace dcmflow {

namespace {

// A codec that makes more of a frame than twice its bytes would have been left out by its writer.
std::uint64_t largest_stored_frame(const Instance& instance) {
  constexpr std::uint64_t headers = 64 * 1024;
  const auto all = std::min(instance.pixel_data.length, instance.file->size);
  if (instance.pixel_data.number_of_frames == 1) return all;
  return std::min(all, 2 * instance.shared->layout.frame_bytes() + headers);
}

}  // namespace

std::vector<SlabRange> plan_slabs(const Stack& stack) {
  const auto slices = static_cast<std::uint32_t>(stack.frames.size());
  const auto frame_voxels = stack.frames.front().instance->shared->layout.frame_voxels();
  const auto in_slab =
      static_cast<std::uint32_t>(std::clamp<std::uint64_t>(slab_voxels / frame_voxels, 1, slices));
  std::vector<SlabRange> ranges;
  for (std::uint32_t first = 0; first < slices; first += in_slab)
    ranges.push_back({first, std::min(in_slab, slices - first)});
  return ranges;
}

std::uint64_t slab_memory(const Stack& stack, const SlabRange& range) {
  const auto& layout = stack.frames.front().instance->shared->layout;
  constexpr std::uint64_t widest_voxel = 4;
  const auto voxels = layout.frame_voxels() * range.slices * widest_voxel;
  std::uint64_t stored = 0;
  for (std::uint32_t k = range.first_slice; k < range.first_slice + range.slices; ++k) {
    const auto& instance = *stack.frames[k].instance;
    if (instance.pixel_data.kind == PixelData::Kind::encapsulated)
      stored = std::max(stored, largest_stored_frame(instance));
  }
  // The voxels, again compressed, one frame as read, decoded, and its fragments.
  return 2 * voxels + 2 * layout.frame_bytes() + stored;
}

Result<Slab> assemble_volume(const Stack& stack, const SlabRange& range, VoxelType type,
                             FrameBuffers& buffers) {
  Slab slab{.range = range, .type = type, .values = {}, .bytes = {}};
  const auto& first_layout = stack.frames.front().instance->shared->layout;
  const std::size_t slice_bytes = first_layout.frame_voxels() * voxel_bytes(type);
  slab.bytes = Buffer(slice_bytes * range.slices);
  for (std::uint32_t k = 0; k < range.slices; ++k) {
    const auto& frame = stack.frames[range.first_slice + k];
    const auto voxels = slab.bytes.span().subspan(slice_bytes * k, slice_bytes);
    const auto values = convert_frame(frame, type, buffers, voxels);
    if (!values) return values.problem();
    slab.values = join(slab.values, *values);
    if (!holds(type, slab.values)) {
      slab.bytes = {};
      break;
    }
  }
  return slab;
}

}  // namespace dcmflow
