#include "stages/pixels/native_colour.h"

#include "stages/codecs/frame_samples.h"

namespace dcmflow {
namespace {

// Both pixels of a pair have the chroma of the pair: it is sited on the first (PS3.3
// C.7.6.3.1.2), and anything smoother is a guess.
void repeat_chroma(std::span<const std::uint8_t> pairs, std::span<std::uint8_t> ybr) {
  for (std::size_t from = 0, to = 0; from + 4 <= pairs.size() && to + 6 <= ybr.size();
       from += 4, to += 6) {
    for (std::size_t second = 0; second < 2; ++second) {
      ybr[to + 3 * second] = pairs[from + second];
      ybr[to + 3 * second + 1] = pairs[from + 2];
      ybr[to + 3 * second + 2] = pairs[from + 3];
    }
  }
}

}  // namespace

Result<std::span<const std::uint8_t>> native_rgb(std::span<const std::uint8_t> pixels,
                                                 const PixelLayout& layout,
                                                 std::string_view photometric_interpretation,
                                                 bool chroma_is_halved,
                                                 std::vector<std::uint8_t>& rgb) {
  const bool is_ybr = photometric_interpretation.starts_with("YBR_FULL");
  if (!is_ybr && !layout.planar) return pixels;
  rgb.resize(layout.frame_bytes());
  if (chroma_is_halved)
    repeat_chroma(pixels, rgb);
  else if (layout.planar)
    interleave_planes(pixels, 3, layout.bits_allocated / 8u, rgb);
  else
    rgb.assign(pixels.begin(), pixels.end());
  const auto converted = convert_ybr_full(photometric_interpretation, layout, rgb);
  if (!converted) return converted.problem();
  return std::span<const std::uint8_t>(rgb);
}

}  // namespace dcmflow
