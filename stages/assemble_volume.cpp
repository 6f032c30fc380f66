#include "stages/assemble_volume.h"

#include <algorithm>

#include "stages/pixels/cells.h"
#include "stages/pixels/convert_frame.h"
#include "stages/pixels/resample_slice.h"
#include "stages/pixels/rescale.h"
#include "stages/pixels/stored_layout.h"

namespace dcmflow {

namespace {

// Of a written slice.
std::uint64_t slice_voxels(const Stack& stack) {
  return std::uint64_t{stack.grid.size[0]} * stack.grid.size[1];
}

// The frames that the slab is made of, by index, in the order of its slices; neighbours may repeat.
std::vector<std::uint32_t> frames_of(const Stack& stack, const SlabRange& range) {
  std::vector<std::uint32_t> frames;
  for (auto slice = range.first_slice; slice < range.first_slice + range.slices; ++slice) {
    if (stack.recipes.empty()) {
      frames.push_back(slice);
      continue;
    }
    const auto& recipe = stack.recipes[slice];
    if (recipe.lower == SliceRecipe::no_frame) continue;
    frames.push_back(recipe.lower);
    if (recipe.upper != recipe.lower) frames.push_back(recipe.upper);
  }
  return frames;
}

// A codec that makes more of a frame than twice its bytes would have been left out by its writer.
std::uint64_t largest_stored_frame(const Instance& instance) {
  constexpr std::uint64_t headers = 64 * 1024;
  const auto all = std::min(instance.pixel_data.length, instance.file->size);
  if (stored_frames(instance) == 1) return all;
  return std::min(all, 2 * instance.shared->layout.frame_bytes() + headers);
}

}  // namespace

std::vector<SlabRange> plan_slabs(const Stack& stack) {
  const auto slices = stack.written_slices();
  const auto in_slab = static_cast<std::uint32_t>(
      std::clamp<std::uint64_t>(slab_voxels / slice_voxels(stack), 1, slices));
  std::vector<SlabRange> ranges;
  for (std::uint32_t first = 0; first < slices; first += in_slab)
    ranges.push_back({first, std::min(in_slab, slices - first)});
  return ranges;
}

std::uint64_t slab_memory(const Stack& stack, const SlabRange& range) {
  const auto& layout = stack.frames.front().instance->shared->layout;
  const auto stored_bytes = stored_layout(*stack.frames.front().instance).frame_bytes();
  constexpr std::uint64_t widest_voxel = 4;
  const auto voxels = slice_voxels(stack) * range.slices * widest_voxel;
  std::uint64_t stored = 0;
  const auto frames = static_cast<std::uint32_t>(stack.frames.size());
  const bool by_recipe = !stack.recipes.empty();
  const auto first = by_recipe ? 0 : range.first_slice;
  const auto last = by_recipe ? frames : range.first_slice + range.slices;
  for (std::uint32_t k = first; k < last; ++k) {
    const auto& instance = *stack.frames[k].instance;
    if (instance.pixel_data.kind == PixelData::Kind::encapsulated)
      stored = std::max(stored, largest_stored_frame(instance));
  }
  // The voxels, again compressed, one frame as read, decoded, as cells, and its fragments joined.
  return 2 * voxels + 2 * stored_bytes + cell_layout(layout).frame_bytes() + 2 * stored +
         SliceResampler::memory(stack);
}

Result<Slab> assemble_volume(const Stack& stack, const SlabRange& range, VoxelType type,
                             FrameBuffers& buffers) {
  Slab slab{.range = range, .type = type, .values = {}, .bytes = {}};
  const std::size_t slice_bytes = slice_voxels(stack) * voxel_bytes(type);
  slab.bytes = Buffer(slice_bytes * range.slices);
  SliceResampler resampler(stack, type, stack.background, buffers);
  for (std::uint32_t k = 0; k < range.slices; ++k) {
    const auto slice = range.first_slice + k;
    const auto voxels = slab.bytes.span().subspan(slice_bytes * k, slice_bytes);
    const auto values = stack.recipes.empty()
                            ? convert_frame(stack.frames[slice], type, buffers, voxels)
                            : resampler.make(slice, voxels);
    if (!values) return values.problem();
    slab.values = join(slab.values, *values);
    if (!holds(type, slab.values)) {
      slab.bytes = {};
      break;
    }
  }
  return slab;
}

std::vector<Problem> unreadable_files(const Stack& stack, const SlabRange& range, VoxelType type,
                                      FrameBuffers& buffers) {
  std::vector<Problem> found;
  Buffer voxels;
  for (const auto i : frames_of(stack, range)) {
    const auto& frame = stack.frames[i];
    const auto& name = frame.instance->file->name;
    if (!found.empty() && found.back().subject == name) continue;
    if (voxels.empty())
      voxels =
          Buffer(frame.instance->shared->layout.frame_voxels() * std::uint64_t{voxel_bytes(type)});
    const auto values = convert_frame(frame, type, buffers, voxels.span());
    if (!values) found.push_back({values.problem().reason, name, values.problem().detail});
  }
  return found;
}

}  // namespace dcmflow
