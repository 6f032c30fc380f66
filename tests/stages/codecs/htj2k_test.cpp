// High-throughput JPEG 2000, encoded by another library than the one that decodes it.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "stages/codecs/packet_markers.h"
#include "test-data/encode_frame.h"
#include "tests/stages/codecs/htj2k_streams.h"

namespace dcmflow {
namespace {

using test::Bytes;
using test::decode;
using test::find_marker;
using test::known_frame;
using test::make_layout;
using test::shape_of;

struct Encoder {
  std::string_view uid;
  Bytes (*encode)(std::span<const std::uint8_t> frame, const FrameShape& shape);
};

constexpr Encoder lossless{"1.2.840.10008.1.2.4.201", encode_htj2k_lossless};
constexpr Encoder rpcl{"1.2.840.10008.1.2.4.202", encode_htj2k_rpcl};
constexpr Encoder lossy{"1.2.840.10008.1.2.4.203", encode_htj2k};

TEST(Htj2k, GivesBackEveryPixelForEveryDepth) {
  for (const auto& [uid, encode] : {lossless, rpcl})
    for (const unsigned bits : {8U, 10U, 12U, 16U})
      for (const auto& [columns, rows] :
           {std::pair{61, 43}, {64, 48}, {200, 130}, {7, 1}, {1, 1}}) {
        SCOPED_TRACE(testing::Message()
                     << uid << ": " << bits << " bits, " << columns << " x " << rows);
        const auto layout = make_layout(static_cast<std::uint16_t>(columns),
                                        static_cast<std::uint16_t>(rows), bits <= 8 ? 8 : 16);
        const Bytes frame = known_frame(layout, bits);
        test::expect_pixels(decode(uid, encode(frame, shape_of(layout, bits)), layout), frame);
      }
}

TEST(Htj2k, GivesBackSignedPixels) {
  for (const auto& [uid, encode] : {lossless, rpcl})
    for (const std::uint16_t bits : {std::uint16_t{8}, std::uint16_t{16}}) {
      SCOPED_TRACE(testing::Message() << uid << ": " << bits << " bits");
      const auto layout = make_layout(61, 43, bits);
      const Bytes frame = known_frame(layout, bits);
      test::expect_pixels(decode(uid, encode(frame, shape_of(layout, bits, true)), layout), frame);
    }
}

TEST(Htj2k, GivesBackColour) {
  const auto layout = make_layout(61, 43, 8, 3);
  const Bytes frame = known_frame(layout, 8);
  for (const auto& [uid, encode] : {lossless, rpcl})
    test::expect_pixels(decode(uid, encode(frame, shape_of(layout, 8)), layout, "YBR_RCT"), frame);
}

TEST(Htj2k, DecodesIrreversibleStreams) {
  const auto layout = make_layout(61, 43, 8);
  Bytes frame(layout.frame_bytes());
  for (std::size_t i = 0; i < frame.size(); ++i)
    frame[i] = static_cast<std::uint8_t>(2 * (i % 61) + i / 61);
  const auto decoded = decode(lossy.uid, lossy.encode(frame, shape_of(layout, 8)), layout);
  ASSERT_TRUE(decoded.status.ok()) << decoded.status.problem().detail;
  int largest = 0;
  for (std::size_t i = 0; i < frame.size(); ++i)
    largest = std::max(largest, std::abs(int{frame[i]} - int{decoded.frame[i]}));
  EXPECT_LE(largest, 12);
}

TEST(Htj2k, RefusesAnotherShapeThanTheLayout) {
  const auto layout = make_layout(20, 10, 16);
  const Bytes stream = lossless.encode(known_frame(layout, 12), shape_of(layout, 12));
  test::expect_refusal(decode(lossless.uid, stream, make_layout(10, 20, 16)),
                       "has 20 columns and 10 rows; expected 10 and 20");
  test::expect_refusal(decode(lossless.uid, stream, make_layout(20, 10, 16, 3)),
                       "has 1 components; expected 3");
  test::expect_refusal(decode(lossless.uid, stream, make_layout(20, 10, 8)),
                       "has 12 bits a sample; expected 1 to 8");
}

// Without a look at them first, OpenJPEG 2.5.0 ends the process at some of these.
TEST(Htj2k, RefusesAMarkerCodeWithinABlock) {
  const auto layout = make_layout(64, 48, 16);
  const Bytes stream = lossless.encode(known_frame(layout, 12), shape_of(layout, 12));
  constexpr std::array<std::uint8_t, 2> start_of_data = {0xFF, 0x93};
  const auto header_end =
      std::search(stream.begin(), stream.end(), start_of_data.begin(), start_of_data.end());
  const auto body = static_cast<std::size_t>(header_end - stream.begin()) + 2;
  ASSERT_LT(body, stream.size());
  for (std::size_t i = body; i + 4 < stream.size(); ++i) {
    Bytes damaged = stream;
    damaged[i] = 0xFF;
    damaged[i + 1] = 0x90;
    test::expect_refusal(decode(lossless.uid, damaged, layout), "with a marker code in its blocks");
  }
}

// The blocks of JPEG 2000 said to be of high throughput: any bytes may come.
TEST(Htj2k, SurvivesBlocksOfAnotherKind) {
  const auto layout = make_layout(64, 48, 16);
  Bytes stream = encode_jpeg_2000_lossless(known_frame(layout, 12), shape_of(layout, 12));
  constexpr std::array<std::uint8_t, 2> coding_style = {0xFF, 0x52};
  const auto segment =
      std::search(stream.begin(), stream.end(), coding_style.begin(), coding_style.end());
  ASSERT_LT(segment, stream.end() - 14);
  segment[12] |= 0x40;
  test::expect_damage_is_survived("1.2.840.10008.1.2.4.90", stream, layout, 500);
}

TEST(Htj2k, DecodesWithoutAnEndAndWithAByteOfPadding) {
  const auto layout = make_layout(64, 48, 16);
  const Bytes frame = known_frame(layout, 12);
  for (const bool is_open : {false, true}) {
    Bytes stream = lossless.encode(frame, shape_of(layout, 12));
    constexpr std::array<std::uint8_t, 2> start_of_tile = {0xFF, 0x90};
    const auto tile =
        std::search(stream.begin(), stream.end(), start_of_tile.begin(), start_of_tile.end());
    if (is_open) std::fill_n(tile + 6, 4, std::uint8_t{0});  // reaches to the end
    stream.push_back(0);
    test::expect_pixels(decode(lossless.uid, stream, layout), frame);
    test::drop_last(stream, 1);
    test::expect_pixels(decode(lossless.uid, stream, layout), frame);
    if (is_open) continue;
    test::drop_last(stream, 2);
    test::expect_pixels(decode(lossless.uid, stream, layout), frame);
  }
}

// Offsets behind a marker.
constexpr std::ptrdiff_t layers = 7, coding_style = 4, tile_length = 9;

// One packet, behind SOP and with EPH somewhere: where it stands is nothing that is looked for.
TEST(Htj2k, DecodesWithMarkersAroundPacketHeaders) {
  const auto layout = make_layout(61, 3, 16);
  const Bytes frame = known_frame(layout, 12);
  const Bytes plain = lossless.encode(frame, shape_of(layout, 12));
  for (const std::size_t at : {2U, 3U, 9U}) {
    Bytes stream = plain;
    find_marker(stream, 0x52)[coding_style] |= 6;
    find_marker(stream, 0x90)[tile_length] += 8;
    const auto data = find_marker(stream, 0x93) + 2;
    const std::array<std::uint8_t, 6> sop{0xFF, 0x91, 0, 4, 0, 0};
    const std::array<std::uint8_t, 2> eph{0xFF, 0x92};
    const auto header_end =
        stream.insert(data + static_cast<std::ptrdiff_t>(at), eph.begin(), eph.end());
    stream.insert(header_end - static_cast<std::ptrdiff_t>(at), sop.begin(), sop.end());
    EXPECT_EQ(without_packet_markers(stream), plain);
    test::expect_pixels(decode(lossless.uid, stream, layout), frame);
  }
  EXPECT_TRUE(without_packet_markers(plain).empty());
}

// OpenJPH reads the first layer, and says nothing of the others.
TEST(Htj2k, RefusesFurtherLayers) {
  const auto layout = make_layout(61, 43, 16);
  Bytes stream = lossless.encode(known_frame(layout, 12), shape_of(layout, 12));
  find_marker(stream, 0x52)[layers] = 2;
  test::expect_refusal(decode(lossless.uid, stream, layout), "other than one layer");
}

TEST(Htj2k, SurvivesDamage) {
  for (const auto& [uid, encode] : {lossless, rpcl, lossy}) {
    SCOPED_TRACE(uid);
    for (const auto& layout :
         {make_layout(64, 48, 16), make_layout(61, 43, 16), make_layout(40, 30, 16, 3)}) {
      const Bytes stream = encode(known_frame(layout, 12), shape_of(layout, 12));
      test::expect_truncation_is_refused(uid, stream, layout, 2);
      test::expect_damage_is_survived(uid, stream, layout, 500);
    }
  }
}

}  // namespace
}  // namespace dcmflow
