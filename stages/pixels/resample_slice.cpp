#include "stages/pixels/resample_slice.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "stages/pixels/rescale.h"

namespace dcmflow {
namespace {

template <class Voxel>
void spread(const std::vector<std::uint8_t>& bytes, std::vector<double>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    Voxel voxel;
    std::memcpy(&voxel, bytes.data() + i * sizeof voxel, sizeof voxel);
    values[i] = static_cast<double>(voxel);
  }
}

template <class Voxel>
void store_as(const std::vector<double>& values, std::span<std::uint8_t> voxels) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    Voxel voxel;
    if constexpr (std::is_integral_v<Voxel>) {
      constexpr double least = std::numeric_limits<Voxel>::min();
      constexpr double greatest = std::numeric_limits<Voxel>::max();
      voxel = static_cast<Voxel>(std::clamp(std::nearbyint(values[i]), least, greatest));
    } else {
      voxel = static_cast<Voxel>(values[i]);
    }
    std::memcpy(voxels.data() + i * sizeof voxel, &voxel, sizeof voxel);
  }
}

const PixelLayout& layout_of(const Stack& stack) {
  return stack.frames.front().instance->shared->layout;
}

// Whole voxels and what is left of one.
struct Offset {
  explicit Offset(double voxels)
      : whole(static_cast<std::int64_t>(std::floor(voxels + 1e-9))),
        rest(std::max(0.0, voxels - static_cast<double>(whole))) {}
  std::int64_t whole;
  double rest;
};

}  // namespace

std::uint64_t SliceResampler::memory(const Stack& stack) {
  if (stack.recipes.empty()) return 0;
  const auto written = std::uint64_t{stack.grid.size[0]} * stack.grid.size[1];
  return layout_of(stack).frame_voxels() * (3 * sizeof(double) + sizeof(float)) +
         written * sizeof(double);
}

Result<ValueRange> SliceResampler::make(std::uint32_t slice, std::span<std::uint8_t> voxels) {
  const auto& recipe = stack_.recipes[slice];
  written_.assign(std::size_t{stack_.grid.size[0]} * stack_.grid.size[1], background_);
  const ValueRange background{background_, background_, background_ == std::floor(background_)};
  if (recipe.lower == SliceRecipe::no_frame) {
    store(voxels);
    return background;
  }
  const auto lower = decoded(recipe.lower, recipe.upper);
  if (!lower) return lower.problem();
  const auto upper = decoded(recipe.upper, recipe.lower);
  if (!upper) return upper.problem();
  auto values = join((*lower)->values, (*upper)->values);
  if (written_.size() != layout_of(stack_).frame_voxels()) values = join(values, background);
  if (!holds(type_, values)) return values;
  combine(recipe, **lower, **upper);
  shift(recipe);
  store(voxels);
  return values;
}

// The frame's values; those of `other` stay.
Result<const SliceResampler::Decoded*> SliceResampler::decoded(std::uint32_t frame,
                                                               std::uint32_t other) {
  for (const auto& last : last_)
    if (last.frame == frame) return &last;
  auto& place = last_[0].frame == other ? last_[1] : last_[0];
  const auto count = static_cast<std::size_t>(layout_of(stack_).frame_voxels());
  const auto exact = type_ == VoxelType::float32 ? VoxelType::float32 : VoxelType::int32;
  converted_.resize(count * voxel_bytes(exact));
  const auto values = convert_frame(stack_.frames[frame], exact, buffers_, converted_);
  place.frame = SliceRecipe::no_frame;
  if (!values) return values.problem();
  place.frame = frame;
  place.values = *values;
  place.voxels.resize(count);
  if (exact == VoxelType::float32)
    spread<float>(converted_, place.voxels);
  else
    spread<std::int32_t>(converted_, place.voxels);
  return &place;
}

void SliceResampler::combine(const SliceRecipe& recipe, const Decoded& lower,
                             const Decoded& upper) {
  combined_ = lower.voxels;
  if (recipe.upper_weight == 0) return;
  for (std::size_t i = 0; i < combined_.size(); ++i)
    combined_[i] += (upper.voxels[i] - combined_[i]) * recipe.upper_weight;
}

// Linear between voxels, along each axis that is shifted by a part of one. A voxel that lies
// between the frame's edge and outside is the edge's: what is half outside is not half background.
void SliceResampler::shift(const SliceRecipe& recipe) {
  const auto& layout = layout_of(stack_);
  const Offset across(recipe.shift[0]);
  const Offset down(recipe.shift[1]);
  const auto columns = std::int64_t{layout.columns};
  const auto rows = std::int64_t{layout.rows};
  const auto at = [&](std::int64_t i, std::int64_t j) {
    return combined_[static_cast<std::size_t>(std::clamp<std::int64_t>(j, 0, rows - 1) * columns +
                                              std::clamp<std::int64_t>(i, 0, columns - 1))];
  };
  // Written voxel w shows the frame at w − whole − rest: between that and the one before it.
  const auto last_row =
      std::min<std::int64_t>(stack_.grid.size[1], down.whole + rows + (down.rest > 0));
  const auto last_column =
      std::min<std::int64_t>(stack_.grid.size[0], across.whole + columns + (across.rest > 0));
  for (auto y = std::max<std::int64_t>(0, down.whole); y < last_row; ++y)
    for (auto x = std::max<std::int64_t>(0, across.whole); x < last_column; ++x) {
      const auto i = x - across.whole;
      const auto j = y - down.whole;
      double value = at(i, j);
      if (across.rest > 0) value += (at(i - 1, j) - value) * across.rest;
      if (down.rest > 0) {
        double above = at(i, j - 1);
        if (across.rest > 0) above += (at(i - 1, j - 1) - above) * across.rest;
        value += (above - value) * down.rest;
      }
      written_[static_cast<std::size_t>(y) * stack_.grid.size[0] + static_cast<std::size_t>(x)] =
          value;
    }
}

void SliceResampler::store(std::span<std::uint8_t> voxels) const {
  switch (type_) {
    case VoxelType::int16:
      return store_as<std::int16_t>(written_, voxels);
    case VoxelType::uint16:
      return store_as<std::uint16_t>(written_, voxels);
    case VoxelType::int32:
      return store_as<std::int32_t>(written_, voxels);
    case VoxelType::float32:
    case VoxelType::rgb24:
      return store_as<float>(written_, voxels);
  }
}

}  // namespace dcmflow
