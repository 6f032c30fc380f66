#pragma once
// The marker segments of a JPEG image (ISO/IEC 10918-1 annex B), read with bounds checks. No
// pixels. Problems: decode_failed, without subject. Pure; thread-safe.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "stages/base/result.h"

namespace dcmflow {

namespace jpeg_marker {
constexpr std::uint8_t sof0 = 0xC0;  // baseline
constexpr std::uint8_t sof1 = 0xC1;  // extended sequential
constexpr std::uint8_t sof2 = 0xC2;  // progressive
constexpr std::uint8_t sof3 = 0xC3;  // lossless
constexpr std::uint8_t dht = 0xC4;
constexpr std::uint8_t rst0 = 0xD0;
constexpr std::uint8_t rst7 = 0xD7;
constexpr std::uint8_t soi = 0xD8;
constexpr std::uint8_t eoi = 0xD9;
constexpr std::uint8_t sos = 0xDA;
constexpr std::uint8_t dri = 0xDD;
}  // namespace jpeg_marker

// A marker and the parameters behind its length field; `end` is where the segment ends in the
// image.
struct JpegSegment {
  std::uint8_t marker = 0;
  std::span<const std::uint8_t> parameters;
  std::size_t end = 0;
};

// The first marker at or after `offset`, as decoders look for it: bytes before FF and stuffed zeros
// are stepped over. Problem{decode_failed} when the image ends before the marker or within its
// segment.
Result<JpegSegment> next_jpeg_segment(std::span<const std::uint8_t> image, std::size_t offset);

// Start of frame (B.2.2).
struct JpegFrameHeader {
  std::uint8_t marker = 0;  // SOF0 … SOF15: the process
  std::uint8_t precision = 0;
  std::uint16_t rows = 0;
  std::uint16_t columns = 0;
  std::span<const std::uint8_t>
      components;  // three bytes each: identifier, sampling factors, quantisation table
};

bool is_start_of_frame(std::uint8_t marker);
Result<JpegFrameHeader> read_jpeg_frame_header(const JpegSegment& segment);

// The first frame header of the image, which must start with SOI.
Result<JpegFrameHeader> find_jpeg_frame_header(std::span<const std::uint8_t> image);

// The SOS segment of the first scan; its entropy-coded data start at `end`.
Result<JpegSegment> find_jpeg_scan(std::span<const std::uint8_t> image);

}  // namespace dcmflow
