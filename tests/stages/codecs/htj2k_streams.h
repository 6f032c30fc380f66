#pragma once
// High-throughput JPEG 2000 codestreams that tests make and change.

#include <algorithm>
#include <array>

#include "test-data/encode_frame.h"
#include "tests/stages/codecs/sample_frames.h"

namespace dcmflow::test {

inline FrameShape shape_of(const PixelLayout& layout, unsigned bits, bool is_signed = false) {
  return {.columns = layout.columns,
          .rows = layout.rows,
          .samples = layout.samples_per_pixel,
          .bits_allocated = layout.bits_allocated,
          .bits_stored = bits,
          .is_signed = is_signed};
}

// Where FF `marker` stands first.
inline Bytes::iterator find_marker(Bytes& stream, std::uint8_t marker) {
  const std::array<std::uint8_t, 2> bytes{0xFF, marker};
  return std::search(stream.begin(), stream.end(), bytes.begin(), bytes.end());
}

}  // namespace dcmflow::test
