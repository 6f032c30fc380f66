// What the code streams of high-throughput JPEG 2000 look like; encode_pixels_test.cpp decodes
// them.

#include <gtest/gtest.h>

#include <map>

#include "test-data/encode_frame.h"

namespace dcmflow {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr FrameShape shape{.columns = 64, .rows = 48, .bits_stored = 12};

// A linear ramp: most blocks of its details are empty.
Bytes ramp() {
  Bytes frame;
  for (unsigned i = 0; i < shape.columns * shape.rows; ++i) {
    const unsigned value = 3 * (i % shape.columns) + 5 * (i / shape.columns);
    frame.push_back(static_cast<std::uint8_t>(value));
    frame.push_back(static_cast<std::uint8_t>(value >> 8));
  }
  return frame;
}

unsigned read_u16(const Bytes& stream, std::size_t offset) {
  return unsigned{stream.at(offset)} << 8 | stream.at(offset + 1);
}

// The segments in front of the first tile-part, by their markers (ISO/IEC 15444-1 A.2).
std::map<unsigned, Bytes> main_header(const Bytes& stream) {
  constexpr unsigned start_of_tile = 0xFF90;
  std::map<unsigned, Bytes> segments;
  for (std::size_t at = 2; read_u16(stream, at) != start_of_tile;) {
    const std::size_t end = at + 2 + read_u16(stream, at + 2);
    segments[read_u16(stream, at)] = {stream.begin() + static_cast<std::ptrdiff_t>(at + 4),
                                      stream.begin() + static_cast<std::ptrdiff_t>(end)};
    at = end;
  }
  return segments;
}

struct Encoder {
  std::string_view name;
  Bytes (*encode)(std::span<const std::uint8_t> frame, const FrameShape& shape);
  int progression, wavelet;
  bool has_tile_lengths;
};

constexpr int lrcp = 0, rpcl = 2, irreversible = 0, reversible = 1;

constexpr Encoder encoders[] = {
    {"lossless", encode_htj2k_lossless, lrcp, reversible, false},
    {"rpcl", encode_htj2k_rpcl, rpcl, reversible, true},
    {"lossy", encode_htj2k, lrcp, irreversible, false},
};

TEST(EncodeHtj2k, SaysWhatItIs) {
  constexpr unsigned capabilities = 0xFF50, coding_style = 0xFF52, tile_lengths = 0xFF55;
  for (const Encoder& encoder : encoders) {
    const auto segments = main_header(encoder.encode(ramp(), shape));
    EXPECT_TRUE(segments.contains(capabilities)) << encoder.name;
    EXPECT_EQ(segments.contains(tile_lengths), encoder.has_tile_lengths) << encoder.name;
    const Bytes& style = segments.at(coding_style);
    EXPECT_EQ(style.at(1), encoder.progression) << encoder.name;
    EXPECT_EQ(style.at(5), 3) << encoder.name << ": decompositions";
    EXPECT_EQ(style.at(9), encoder.wavelet) << encoder.name;
  }
}

TEST(EncodeHtj2k, MakesTheSameBytesWhateverLayInMemory) {
  for (const Encoder& encoder : encoders) {
    const Bytes frame = ramp();
    const Bytes first = encoder.encode(frame, shape);
    for (const int filled_with : {0x00, 0x55, 0x80, 0xFF}) {
      {
        const Bytes memory(120000, static_cast<std::uint8_t>(filled_with));
        ASSERT_EQ(memory.back(), filled_with);
      }
      EXPECT_EQ(encoder.encode(frame, shape), first) << encoder.name << ", " << filled_with;
    }
  }
}

}  // namespace
}  // namespace dcmflow
