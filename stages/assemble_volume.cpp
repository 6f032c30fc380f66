#include "stages/assemble_volume.h"

#include <algorithm>
#include <numeric>

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

// The slices of the slab, counted within it, in the order in which their frames are stored where
// one file has several: a stream is read forwards.
std::vector<std::uint32_t> slices_as_stored(const Stack& stack, const SlabRange& range) {
  std::vector<std::uint32_t> slices(range.slices);
  std::iota(slices.begin(), slices.end(), 0U);
  if (!stack.recipes.empty()) return slices;
  const auto frame = [&](std::uint32_t k) -> const Frame& {
    return stack.frames[range.first_slice + k];
  };
  for (auto first = slices.begin(); first != slices.end();) {
    const auto* instance = frame(*first).instance.get();
    const auto end = std::find_if(first, slices.end(),
                                  [&](auto k) { return frame(k).instance.get() != instance; });
    std::sort(first, end, [&](auto a, auto b) { return frame(a).number < frame(b).number; });
    first = end;
  }
  return slices;
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

std::uint64_t slab_memory(const Stack& stack, const SlabRange& range, VoxelType type,
                          bool compressed) {
  const auto voxels = slice_voxels(stack) * range.slices * voxel_bytes(type);
  std::uint64_t frame = 0;
  const Instance* last = nullptr;
  for (const auto i : frames_of(stack, range)) {
    const auto* instance = stack.frames[i].instance.get();
    if (instance != last) frame = std::max(frame, frame_memory(*instance));
    last = instance;
  }
  return voxels + (compressed ? voxels : 0) + frame + SliceResampler::memory(stack);
}

Result<Slab> assemble_volume(const Stack& stack, const SlabRange& range, const Voxels& voxels,
                             FrameBuffers& buffers) {
  const auto type = voxels.type;
  Slab slab{.range = range, .type = type, .values = {}, .bytes = {}};
  const std::size_t slice_bytes = slice_voxels(stack) * voxel_bytes(type);
  slab.bytes = Buffer(slice_bytes * range.slices);
  SliceResampler resampler(stack, type, voxels.background, buffers);
  for (const auto k : slices_as_stored(stack, range)) {
    const auto slice = range.first_slice + k;
    const auto bytes = slab.bytes.span().subspan(slice_bytes * k, slice_bytes);
    const auto values = stack.recipes.empty()
                            ? convert_frame(stack.frames[slice], type, buffers, bytes)
                            : resampler.make(slice, bytes);
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
