#include "stages/pixels/stored_layout.h"

#include <limits>

#include "stages/dicom/attributes.h"
#include "stages/dicom/value_text.h"
#include "stages/pixels/real_voxels.h"

namespace dcmflow {

PixelLayout stored_layout(const Instance& instance) {
  auto layout = instance.shared->layout;
  if (instance.pixel_data.tiles_across == 0) return layout;
  const auto number = [&](AttributeIndex attribute) {
    return static_cast<std::uint16_t>(
        parse_integer(instance.find(attribute).value_or("")).value_or(0));
  };
  layout.rows = number(attribute_index(0x00280010));
  layout.columns = number(attribute_index(0x00280011));
  return layout;
}

std::uint32_t stored_frames(const Instance& instance) {
  return instance.pixel_data.tiles_across == 0 ? instance.pixel_data.number_of_frames : 1;
}

bool has_halved_chroma(const Instance& instance) {
  const auto layout = stored_layout(instance);
  if (instance.shared->photometric_interpretation != "YBR_FULL_422" ||
      layout.samples_per_pixel != 3 || instance.pixel_data.kind != PixelData::Kind::native)
    return false;
  std::uint64_t full = 0;
  return __builtin_mul_overflow(layout.frame_bytes(), std::uint64_t{stored_frames(instance)},
                                &full) ||
         instance.pixel_data.length < full;
}

std::uint64_t native_frame_bits(const Instance& instance) {
  const auto layout = stored_layout(instance);
  const auto bits = std::uint64_t{layout.rows} * layout.columns * layout.samples_per_pixel *
                    layout.bits_allocated;
  return has_halved_chroma(instance) ? bits / 3 * 2 : bits;
}

std::uint64_t native_pixel_bytes(const Instance& instance) {
  // At most 2^16 · 2^16 · 2^16 · 64 · 2^31 overflows: saturate instead.
  std::uint64_t total = 0;
  if (__builtin_mul_overflow(native_frame_bits(instance), std::uint64_t{stored_frames(instance)},
                             &total))
    return std::numeric_limits<std::uint64_t>::max();
  return total / 8 + (total % 8 != 0);
}

bool says_sign(const Instance& instance) {
  const auto& shared = *instance.shared;
  if (has_real_pixels(instance) || is_colour(shared) || shared.layout.bits_stored == 1) return true;
  const auto said = parse_integer(instance.find(attribute_index(0x00280103)).value_or(""));
  return said == 0 || said == 1;
}

}  // namespace dcmflow
