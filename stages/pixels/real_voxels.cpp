#include "stages/pixels/real_voxels.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "stages/pixels/cells.h"

namespace dcmflow {
namespace {

// Out of range only when the range tells the caller so; clamping keeps the conversion defined.
template <class Voxel>
Voxel as_voxel(double value) {
  if constexpr (std::is_integral_v<Voxel>) {
    if (!(value >= std::numeric_limits<Voxel>::min())) return std::numeric_limits<Voxel>::min();
    if (value >= std::numeric_limits<Voxel>::max()) return std::numeric_limits<Voxel>::max();
  }
  return static_cast<Voxel>(value);
}

template <class Voxel, class ValueAt>
std::optional<ValueRange> fill(std::size_t count, std::uint8_t* voxels, ValueAt value_at) {
  ValueRange range;
  for (std::size_t i = 0; i < count; ++i) {
    const double value = value_at(i);
    if (std::isfinite(value)) {
      range.least = std::min(range.least, value);
      range.greatest = std::max(range.greatest, value);
      range.integral = range.integral && value == std::floor(value);
    } else {
      range.integral = false;
    }
    const auto voxel = as_voxel<Voxel>(value);
    std::memcpy(voxels + i * sizeof voxel, &voxel, sizeof voxel);
  }
  const double most = std::numeric_limits<float>::max();
  const bool has_values = range.least <= range.greatest;
  if (has_values && (range.least < -most || range.greatest > most)) return std::nullopt;
  return range;
}

template <class ValueAt>
std::optional<ValueRange> fill(VoxelType type, std::size_t count, std::span<std::uint8_t> voxels,
                               ValueAt value_at) {
  if (type == VoxelType::int16) return fill<std::int16_t>(count, voxels.data(), value_at);
  if (type == VoxelType::uint16) return fill<std::uint16_t>(count, voxels.data(), value_at);
  if (type == VoxelType::int32) return fill<std::int32_t>(count, voxels.data(), value_at);
  return fill<float>(count, voxels.data(), value_at);
}

template <class Real>
Real real_at(std::span<const std::uint8_t> pixels, std::size_t i) {
  Real stored;
  std::memcpy(&stored, pixels.data() + i * sizeof stored, sizeof stored);
  return stored;
}

bool loses_digits(double value) {
  return std::isfinite(value) && std::abs(value) <= std::numeric_limits<float>::max() &&
         static_cast<double>(static_cast<float>(value)) != value;
}

}  // namespace

bool has_real_pixels(const Instance& instance) {
  const auto kind = instance.pixel_data.kind;
  return kind == PixelData::Kind::float32 || kind == PixelData::Kind::float64;
}

std::optional<ValueRange> float_voxels(std::span<const std::uint8_t> pixels,
                                       const PixelLayout& layout, double slope, double intercept,
                                       VoxelType type, std::span<std::uint8_t> voxels) {
  const auto count = static_cast<std::size_t>(layout.frame_voxels());
  if (layout.bits_allocated == 32)
    return fill(type, count, voxels, [=](std::size_t i) {
      return double{real_at<float>(pixels, i)} * slope + intercept;
    });
  bool rounded = false;
  auto range = fill(type, count, voxels, [&](std::size_t i) {
    const auto stored = real_at<double>(pixels, i);
    rounded |= loses_digits(stored);
    return stored * slope + intercept;
  });
  if (range) range->rounded = rounded && type == VoxelType::float32;
  return range;
}

std::optional<ValueRange> table_voxels(std::span<const std::uint8_t> pixels,
                                       const PixelLayout& layout, double slope, double intercept,
                                       const ValueTable& table, VoxelType type,
                                       std::span<std::uint8_t> voxels) {
  const auto count = static_cast<std::size_t>(layout.frame_voxels());
  const auto by = static_cast<std::int64_t>(slope);
  const auto from = static_cast<std::int64_t>(intercept);
  return with_stored_values(pixels, layout, [&](auto stored_at) {
    return fill(type, count, voxels,
                [&](std::size_t i) { return table[stored_at(i) * by + from]; });
  });
}

}  // namespace dcmflow
