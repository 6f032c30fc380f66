#include "stages/codecs/jpeg_markers.h"

#include "stages/codecs/frame_samples.h"

namespace dcmflow {

namespace {

constexpr std::uint8_t jpg = 0xC8;  // reserved, among the SOF codes
constexpr std::uint8_t dac = 0xCC;  // arithmetic conditioning, likewise
constexpr std::uint8_t tem = 0x01;

bool has_no_parameters(std::uint8_t marker) {
  return marker == tem || (marker >= jpeg_marker::rst0 && marker <= jpeg_marker::eoi);
}

std::uint16_t read_u16(std::span<const std::uint8_t> bytes, std::size_t offset) {
  return static_cast<std::uint16_t>(bytes[offset] << 8 | bytes[offset + 1]);
}

}  // namespace

Result<JpegSegment> next_jpeg_segment(std::span<const std::uint8_t> image, std::size_t offset) {
  bool after_ff = false;
  for (; offset < image.size(); ++offset) {
    const std::uint8_t byte = image[offset];
    if (after_ff && byte != 0 && byte != 0xFF) break;
    after_ff = byte == 0xFF;
  }
  if (offset >= image.size()) {
    return decode_problem("the JPEG image ends after ", image.size(),
                          " bytes, where another marker was expected");
  }
  JpegSegment segment{image[offset++], {}, 0};
  segment.end = offset;
  if (has_no_parameters(segment.marker)) return segment;
  const std::size_t rest = image.size() - offset;
  const std::size_t length = rest >= 2 ? read_u16(image, offset) : 0;
  if (length < 2 || length > rest) {
    return decode_problem("a JPEG segment of ", length, " bytes at byte ", offset,
                          "; expected 2 to ", rest);
  }
  segment.parameters = image.subspan(offset + 2, length - 2);
  segment.end = offset + length;
  return segment;
}

bool is_start_of_frame(std::uint8_t marker) {
  return marker >= jpeg_marker::sof0 && marker <= 0xCF && marker != jpeg_marker::dht &&
         marker != jpg && marker != dac;
}

Result<JpegFrameHeader> read_jpeg_frame_header(const JpegSegment& segment) {
  constexpr std::size_t fixed_bytes = 6;
  const auto bytes = segment.parameters;
  const std::size_t expected =
      bytes.size() < fixed_bytes ? fixed_bytes : fixed_bytes + 3 * bytes[5];
  if (bytes.size() != expected) {
    return decode_problem("a JPEG frame header of ", bytes.size(), " bytes; expected ", expected);
  }
  return JpegFrameHeader{segment.marker, bytes[0], read_u16(bytes, 1), read_u16(bytes, 3),
                         bytes.subspan(fixed_bytes)};
}

Result<JpegFrameHeader> find_jpeg_frame_header(std::span<const std::uint8_t> image) {
  if (image.size() < 2 || image[0] != 0xFF || image[1] != jpeg_marker::soi) {
    return decode_problem("a JPEG image of ", image.size(),
                          " bytes that does not start with FF D8");
  }
  for (std::size_t offset = 2;;) {
    const auto segment = next_jpeg_segment(image, offset);
    if (!segment) return segment.problem();
    if (is_start_of_frame(segment->marker)) return read_jpeg_frame_header(*segment);
    if (segment->marker == jpeg_marker::sos || segment->marker == jpeg_marker::eoi) {
      return decode_problem("a JPEG image without a frame header in its first ", offset, " bytes");
    }
    offset = segment->end;
  }
}

Result<JpegSegment> find_jpeg_scan(std::span<const std::uint8_t> image) {
  for (std::size_t offset = 0;;) {
    auto segment = next_jpeg_segment(image, offset);
    if (!segment) return segment.problem();
    if (segment->marker == jpeg_marker::sos) return segment;
    offset = segment->end;
  }
}

}  // namespace dcmflow
