#include "stages/pixels/colour.h"

#include <algorithm>
#include <cstring>

#include "stages/pixels/cells.h"

namespace dcmflow {
namespace {

ValueRange range_of(std::span<const std::uint8_t> bytes) {
  std::uint8_t least = 255;
  std::uint8_t greatest = 0;
  for (const auto byte : bytes) {
    least = std::min(least, byte);
    greatest = std::max(greatest, byte);
  }
  return {static_cast<double>(least), static_cast<double>(greatest), true};
}

}  // namespace

ValueRange rgb_voxels(std::span<const std::uint8_t> pixels, const PixelLayout& layout,
                      std::span<std::uint8_t> voxels) {
  const auto samples = static_cast<std::size_t>(layout.frame_voxels() * 3);
  if (layout.bits_allocated == 8 && layout.bits_stored == 8) {
    if (pixels.data() != voxels.data()) std::memcpy(voxels.data(), pixels.data(), samples);
    return range_of(voxels);
  }
  auto unsigned_layout = layout;
  unsigned_layout.is_signed = false;
  const unsigned surplus = std::max<unsigned>(layout.bits_stored, 8) - 8;
  with_stored_values(pixels, unsigned_layout, [&](auto value_at) {
    for (std::size_t i = 0; i < samples; ++i)
      voxels[i] = static_cast<std::uint8_t>(value_at(i) >> surplus);
  });
  return range_of(voxels);
}

ValueRange palette_voxels(std::span<const std::uint8_t> pixels, const PixelLayout& layout,
                          const Palette& palette, std::span<std::uint8_t> voxels) {
  const auto count = static_cast<std::size_t>(layout.frame_voxels());
  with_stored_values(pixels, layout, [&](auto value_at) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto index = value_at(i);
      for (std::size_t channel = 0; channel < 3; ++channel)
        voxels[3 * i + channel] = palette[channel][index];
    }
  });
  return range_of(voxels);
}

}  // namespace dcmflow
