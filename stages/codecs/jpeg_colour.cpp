// What a JPEG image says of its colours. DICOM wants Photometric Interpretation to agree with it
// (PS3.5 8.2.1), and writers that take over a finished JPEG file often leave RGB there.

#include <algorithm>
#include <array>
#include <optional>

#include "stages/codecs/decoders.h"
#include "stages/codecs/jpeg_markers.h"

namespace dcmflow {
namespace {

constexpr std::uint8_t app0 = 0xE0;
constexpr std::uint8_t app14 = 0xEE;
constexpr std::string_view luminance_and_chrominance = "YBR_FULL_422";

bool begins_with(std::span<const std::uint8_t> bytes, std::string_view word) {
  return bytes.size() >= word.size() &&
         std::ranges::equal(bytes.first(word.size()), word, {}, {},
                            [](char c) { return static_cast<std::uint8_t>(c); });
}

std::string_view colour_of_components(const JpegFrameHeader& header) {
  const auto& c = header.components;
  if (header.marker > jpeg_marker::sof2 || c.size() != 9) return "";
  // Sampling factors: horizontal in the upper four bits, vertical in the lower.
  const auto samples = [&](std::size_t i) { return (c[3 * i + 1] >> 4) * (c[3 * i + 1] & 15); };
  if (samples(0) > samples(1) && samples(0) > samples(2)) return luminance_and_chrominance;
  return c[0] == 'R' && c[3] == 'G' && c[6] == 'B' ? "RGB" : "";
}

}  // namespace

std::string_view jpeg_colour(std::span<const std::uint8_t> image) {
  // The transform is the last byte: 0 none, 1 YCbCr.
  constexpr std::size_t adobe_bytes = 12;
  std::string_view marked;
  for (std::size_t offset = 2;;) {
    const auto segment = next_jpeg_segment(image, offset);
    if (!segment || segment->marker == jpeg_marker::sos) return "";
    const auto bytes = segment->parameters;
    if (segment->marker == app0 && begins_with(bytes, "JFIF")) marked = luminance_and_chrominance;
    if (segment->marker == app14 && begins_with(bytes, "Adobe") && bytes.size() >= adobe_bytes &&
        marked.empty() && bytes[adobe_bytes - 1] <= 1)
      marked = bytes[adobe_bytes - 1] == 1 ? luminance_and_chrominance : "RGB";
    if (is_start_of_frame(segment->marker)) {
      const auto header = read_jpeg_frame_header(*segment);
      if (!header || header->marker > jpeg_marker::sof2 || header->components.size() != 9)
        return "";
      return marked.empty() ? colour_of_components(*header) : marked;
    }
    offset = segment->end;
  }
}

}  // namespace dcmflow
