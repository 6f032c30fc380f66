#include "stages/pixels/rescale.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>

#include "stages/base/cpu.h"
#include "stages/pixels/stored_cell.h"

namespace dcmflow {
namespace {

template <class Voxel>
void put(std::uint8_t* voxels, std::size_t i, Voxel value) {
  std::memcpy(voxels + i * sizeof value, &value, sizeof value);
}

template <class Voxel, class Value>
Voxel clamped(Value value) {
  // Out of range only when the caller is told so by the range; clamping keeps the conversion
  // defined.
  constexpr auto least = static_cast<Value>(std::numeric_limits<Voxel>::min());
  constexpr auto greatest = static_cast<Value>(std::numeric_limits<Voxel>::max());
  return static_cast<Voxel>(std::min(std::max(value, least), greatest));
}

// Whole slope and intercept: the map is monotone, so the extremes of the stored values give those
// of the voxels, and arithmetic modulo 2^16 (or 2^32) gives every voxel that the type can hold.
// Both vectorise in the width of the stored type.
template <class Stored, class Voxel, class Cell>
[[gnu::always_inline]] inline ValueRange rescale_integers(const std::uint8_t* pixels,
                                                          std::size_t count, Cell cell,
                                                          std::int32_t slope,
                                                          std::int32_t intercept,
                                                          std::uint8_t* voxels) {
  using Word = std::make_unsigned_t<Voxel>;
  Seen<Stored> seen;
  for (std::size_t i = 0; i < count; ++i) {
    const auto stored = seen.next(cell, pixels, i);
    const auto value = static_cast<std::uint32_t>(stored) * static_cast<std::uint32_t>(slope) +
                       static_cast<std::uint32_t>(intercept);
    put(voxels, i, static_cast<Word>(value));
  }
  const double a = static_cast<double>(slope) * seen.least + intercept;
  const double b = static_cast<double>(slope) * seen.greatest + intercept;
  return {.least = std::min(a, b), .greatest = std::max(a, b), .masked = seen.is_masked()};
}

// float32 holds any value, so none is looked at but the extremes, and those as stored: the loop
// vectorises.
template <class Stored, class Cell>
[[gnu::always_inline]] inline ValueRange rescale_to_float(const std::uint8_t* pixels,
                                                          std::size_t count, Cell cell,
                                                          double slope, double intercept,
                                                          std::uint8_t* voxels) {
  Seen<Stored> seen;
  bool rounded = false;
  for (std::size_t i = 0; i < count; ++i) {
    const auto stored = seen.next(cell, pixels, i);
    const double value = static_cast<double>(stored) * slope + intercept;
    const auto voxel = static_cast<float>(value);
    // Only 32 bits stored make integers that a float does not hold.
    if constexpr (sizeof(Stored) == 4)
      rounded |= (value == std::floor(value)) & (static_cast<double>(voxel) != value);
    put(voxels, i, voxel);
  }
  const double a = static_cast<double>(seen.least) * slope + intercept;
  const double b = static_cast<double>(seen.greatest) * slope + intercept;
  return {.least = std::min(a, b),
          .greatest = std::max(a, b),
          .integral = false,
          .rounded = rounded,
          .masked = seen.is_masked()};
}

template <class Stored, class Voxel, class Cell>
[[gnu::always_inline]] inline ValueRange rescale_reals(const std::uint8_t* pixels,
                                                       std::size_t count, Cell cell, double slope,
                                                       double intercept, std::uint8_t* voxels) {
  ValueRange range;
  Seen<Stored> seen;
  for (std::size_t i = 0; i < count; ++i) {
    const double value = static_cast<double>(seen.next(cell, pixels, i)) * slope + intercept;
    range.least = std::min(range.least, value);
    range.greatest = std::max(range.greatest, value);
    range.integral = range.integral && value == std::floor(value);
    put(voxels, i, clamped<Voxel>(value));
  }
  range.masked = seen.is_masked();
  return range;
}

bool is_small_integer(double value) {
  return value == std::floor(value) && std::abs(value) <= 16384;
}

template <class Stored, class Voxel, class Cell>
[[gnu::always_inline]] inline ValueRange rescale_voxels(const std::uint8_t* pixels,
                                                        std::size_t count, Cell cell, double slope,
                                                        double intercept, std::uint8_t* voxels) {
  if constexpr (std::is_floating_point_v<Voxel>) {
    return rescale_to_float<Stored>(pixels, count, cell, slope, intercept, voxels);
  } else {
    // 2^16 · 2^14 + 2^14 < 2^31
    if (sizeof(Stored) <= 2 && is_small_integer(slope) && is_small_integer(intercept))
      return rescale_integers<Stored, Voxel>(pixels, count, cell, static_cast<std::int32_t>(slope),
                                             static_cast<std::int32_t>(intercept), voxels);
    return rescale_reals<Stored, Voxel>(pixels, count, cell, slope, intercept, voxels);
  }
}

template <class Stored, class Voxel, bool begins_at_bit_0>
[[gnu::always_inline]] inline ValueRange rescale_cells(std::span<const std::uint8_t> pixels,
                                                       const PixelLayout& layout, double slope,
                                                       double intercept, std::uint8_t* voxels) {
  const StoredCell<Stored, begins_at_bit_0> cell(layout);
  const auto count = static_cast<std::size_t>(layout.frame_voxels());
  // Told that source and target are one, or that they are apart, the compiler vectorises both.
  if (sizeof(Stored) == sizeof(Voxel) && pixels.data() == voxels)
    return rescale_voxels<Stored, Voxel>(voxels, count, cell, slope, intercept, voxels);
  return rescale_voxels<Stored, Voxel>(pixels.data(), count, cell, slope, intercept, voxels);
}

template <class Stored, class Voxel>
[[gnu::always_inline]] inline ValueRange rescale_pixels(std::span<const std::uint8_t> pixels,
                                                        const PixelLayout& layout, double slope,
                                                        double intercept, std::uint8_t* voxels) {
  if (layout.high_bit + 1 == layout.bits_stored)
    return rescale_cells<Stored, Voxel, true>(pixels, layout, slope, intercept, voxels);
  return rescale_cells<Stored, Voxel, false>(pixels, layout, slope, intercept, voxels);
}

template <class Stored, class Voxel>
ValueRange rescale_frame(std::span<const std::uint8_t> pixels, const PixelLayout& layout,
                         double slope, double intercept, std::uint8_t* voxels) {
  return rescale_pixels<Stored, Voxel>(pixels, layout, slope, intercept, voxels);
}

#ifdef __x86_64__
// The same for the wider registers of newer CPUs. Without fused multiply-add, which rounds once
// where the others round twice: every CPU gives the same voxels.
template <class Stored, class Voxel>
[[gnu::target("avx2")]] ValueRange rescale_frame_avx2(std::span<const std::uint8_t> pixels,
                                                      const PixelLayout& layout, double slope,
                                                      double intercept, std::uint8_t* voxels) {
  return rescale_pixels<Stored, Voxel>(pixels, layout, slope, intercept, voxels);
}
#endif

using RescaleFrame = ValueRange (*)(std::span<const std::uint8_t>, const PixelLayout&, double,
                                    double, std::uint8_t*);

template <class Stored, class Voxel>
RescaleFrame fastest() {
#ifdef __x86_64__
  if (has_avx2) return rescale_frame_avx2<Stored, Voxel>;
#endif
  return rescale_frame<Stored, Voxel>;
}

template <class Stored>
std::array<RescaleFrame, 4> to_voxel_types() {
  return {fastest<Stored, std::int16_t>(), fastest<Stored, std::uint16_t>(),
          fastest<Stored, std::int32_t>(), fastest<Stored, float>()};
}

struct StoredType {
  unsigned bits_allocated;
  bool is_signed;
  std::array<RescaleFrame, 4> to;  // by VoxelType
};
const std::array stored_types{StoredType{8, false, to_voxel_types<std::uint8_t>()},
                              StoredType{8, true, to_voxel_types<std::int8_t>()},
                              StoredType{16, false, to_voxel_types<std::uint16_t>()},
                              StoredType{16, true, to_voxel_types<std::int16_t>()},
                              StoredType{32, false, to_voxel_types<std::uint32_t>()},
                              StoredType{32, true, to_voxel_types<std::int32_t>()}};

}  // namespace

ValueRange join(const ValueRange& a, const ValueRange& b) {
  return {.least = std::min(a.least, b.least),
          .greatest = std::max(a.greatest, b.greatest),
          .integral = a.integral && b.integral,
          .rounded = a.rounded || b.rounded,
          .recoloured = a.recoloured || b.recoloured,
          .masked = a.masked || b.masked};
}

bool holds(VoxelType type, const ValueRange& range) {
  struct Limits {
    double least, greatest;
  };
  constexpr std::array<Limits, 3> integer_limits{Limits{-32768, 32767}, Limits{0, 65535},
                                                 Limits{-2147483648.0, 2147483647.0}};
  if (type == VoxelType::float32 || type == VoxelType::rgb24) return true;
  const auto& limits = integer_limits[static_cast<std::size_t>(type)];
  return range.integral && range.least >= limits.least && range.greatest <= limits.greatest;
}

VoxelType narrowest_type(const ValueRange& range) {
  for (const auto type : {VoxelType::int16, VoxelType::uint16, VoxelType::int32})
    if (holds(type, range)) return type;
  return VoxelType::float32;
}

ValueRange rescale(std::span<const std::uint8_t> pixels, const PixelLayout& layout, double slope,
                   double intercept, VoxelType type, std::span<std::uint8_t> voxels) {
  for (const auto& stored : stored_types)
    if (stored.bits_allocated == layout.bits_allocated && stored.is_signed == layout.is_signed)
      return stored.to[static_cast<std::size_t>(type)](pixels, layout, slope, intercept,
                                                       voxels.data());
  return {};
}

}  // namespace dcmflow
