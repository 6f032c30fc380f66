#include <gtest/gtest.h>

#include <string>

#include "tests/stages/codecs/sample_frames.h"

namespace dcmflow {
namespace {

using test::Bytes;
using test::decode;
using test::known_frame;
using test::make_layout;

constexpr std::string_view rle = "1.2.840.10008.1.2.5";

// PackBits (PS3.5 G.3): runs of three and more are replicated, the rest is literal.
Bytes pack(const Bytes& plane) {
  Bytes packed;
  for (std::size_t i = 0; i < plane.size();) {
    std::size_t run = 1;
    while (i + run < plane.size() && run < 128 && plane[i + run] == plane[i]) ++run;
    if (run >= 3) {
      packed.push_back(static_cast<std::uint8_t>(257 - run));
      packed.push_back(plane[i]);
      i += run;
      continue;
    }
    std::size_t end = i;
    while (
        end < plane.size() && end - i < 128 &&
        !(end + 2 < plane.size() && plane[end] == plane[end + 1] && plane[end] == plane[end + 2])) {
      ++end;
    }
    packed.push_back(static_cast<std::uint8_t>(end - i - 1));
    packed.insert(packed.end(), plane.begin() + static_cast<std::ptrdiff_t>(i),
                  plane.begin() + static_cast<std::ptrdiff_t>(end));
    i = end;
  }
  return packed;
}

void set_u32(Bytes& bytes, std::size_t offset, std::size_t value) {
  for (std::size_t i = 0; i < 4; ++i) bytes[offset + i] = static_cast<std::uint8_t>(value >> 8 * i);
}

Bytes join(const std::vector<Bytes>& segments) {
  Bytes stream(64);
  set_u32(stream, 0, segments.size());
  for (std::size_t k = 0; k < segments.size(); ++k) {
    set_u32(stream, 4 + 4 * k, stream.size());
    stream.insert(stream.end(), segments[k].begin(), segments[k].end());
    if (stream.size() % 2 == 1) stream.push_back(0);
  }
  return stream;
}

// A segment for each byte of each sample, the most significant first (PS3.5 G.2).
Bytes encode(const Bytes& frame, const PixelLayout& layout) {
  const std::size_t sample_bytes = layout.bits_allocated / 8;
  const std::size_t pixel_bytes = sample_bytes * layout.samples_per_pixel;
  std::vector<Bytes> segments;
  for (std::size_t s = 0; s < layout.samples_per_pixel; ++s) {
    for (std::size_t b = sample_bytes; b-- > 0;) {
      Bytes plane;
      for (std::size_t i = s * sample_bytes + b; i < frame.size(); i += pixel_bytes) {
        plane.push_back(frame[i]);
      }
      segments.push_back(pack(plane));
    }
  }
  return join(segments);
}

TEST(Rle, GivesBackEveryPixelForEveryDepthAndColour) {
  for (const std::uint16_t bits : {std::uint16_t{8}, std::uint16_t{16}, std::uint16_t{32}}) {
    for (const std::uint16_t samples : {std::uint16_t{1}, std::uint16_t{3}}) {
      SCOPED_TRACE(std::to_string(bits) + " bits, " + std::to_string(samples) + " samples");
      const auto layout = make_layout(131, 67, bits, samples);
      const Bytes frame = known_frame(layout, bits);
      test::expect_pixels(decode(rle, encode(frame, layout), layout, "RGB"), frame);
    }
  }
}

TEST(Rle, DecodesTheSmallestFrame) {
  const auto layout = make_layout(1, 1, 16);
  test::expect_pixels(decode(rle, join({{0, 0x12}, {0, 0x34}}), layout), {0x34, 0x12});
}

TEST(Rle, StepsOverNoOperationBytes) {
  const auto layout = make_layout(5, 1, 8);
  test::expect_pixels(decode(rle, join({{0x80, 0, 9, 0x80, 0xFD, 7, 0x80}}), layout),
                      {9, 7, 7, 7, 7});
}

TEST(Rle, CutsARunThatLeavesTheFrame) {
  const auto layout = make_layout(3, 1, 8);
  test::expect_pixels(decode(rle, join({{0x81, 7}}), layout), {7, 7, 7});
}

TEST(Rle, IgnoresSegmentsBeyondThoseOfTheLayout) {
  const auto layout = make_layout(2, 1, 8);
  test::expect_pixels(decode(rle, join({{1, 4, 5}, {1, 8, 9}}), layout), {4, 5});
}

TEST(Rle, RefusesTooFewSegments) {
  const auto layout = make_layout(2, 1, 16);
  test::expect_refusal(decode(rle, join({{1, 4, 5}}), layout),
                       "an RLE header with 1 segments; expected 2");
}

TEST(Rle, RefusesASegmentThatEndsEarly) {
  const auto layout = make_layout(100, 50, 16);
  Bytes short_plane;
  for (int i = 0; i < 39; ++i) short_plane.insert(short_plane.end(), {0x81, 1});
  test::expect_refusal(decode(rle, join({short_plane, short_plane}), layout),
                       "RLE segment 1 gives 4992 bytes; expected 5000");
}

TEST(Rle, RefusesSegmentsOutsideTheFrame) {
  const auto layout = make_layout(2, 1, 8);
  Bytes stream = join({{1, 4, 5}});
  set_u32(stream, 4, 1000);
  test::expect_refusal(decode(rle, stream, layout),
                       "from byte 1000 to 68; expected within 64 to 68");
  set_u32(stream, 4, 12);
  test::expect_refusal(decode(rle, stream, layout), "from byte 12");
  test::expect_refusal(decode(rle, Bytes(63), layout), "63 bytes; expected at least 64");
}

TEST(Rle, TurnsYbrFullIntoRgb) {
  const auto layout = make_layout(2, 1, 8, 3);
  const Bytes stream = encode({76, 85, 255, 128, 128, 128}, layout);
  test::expect_pixels(decode(rle, stream, layout, "YBR_FULL"), {254, 0, 0, 128, 128, 128});
}

TEST(Rle, RefusesAFrameOfTheWrongSize) {
  const auto layout = make_layout(4, 4, 12);
  test::expect_refusal(decode(rle, join({{1, 4, 5}}), layout), "12 bits allocated");
  test::expect_refusal(decode(rle, join({{1, 4, 5}}), make_layout(4, 4, 8, 2)), "2 samples");
  Bytes frame(15);
  const auto status = find_transfer_syntax(rle)->decode(join({{1, 4, 5}}), make_layout(4, 4, 8),
                                                        "MONOCHROME2", frame);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.problem().detail, "room for 15 bytes of a frame; expected 16");
}

TEST(Rle, SurvivesDamage) {
  const auto layout = make_layout(64, 48, 16);
  const Bytes stream = encode(known_frame(layout, 12), layout);
  test::expect_truncation_is_refused(rle, stream, layout, 1);
  test::expect_damage_is_survived(rle, stream, layout, 1000);
}

TEST(Rle, UnpacksTheBytesOfSingleBitsWithoutSpreadingThem) {
  PixelLayout layout = make_layout(9, 1, 1);
  Bytes stream(64);
  stream[0] = 1;                                    // segment
  stream[4] = 64;                                   // where it starts
  stream.insert(stream.end(), {1, 0xA5, 0x01, 0});  // two literal bytes
  const auto decoded = decode("1.2.840.10008.1.2.5", stream, layout);
  ASSERT_TRUE(decoded.status) << decoded.status.problem().detail;
  EXPECT_THAT(decoded.frame, testing::ElementsAre(0xA5, 0x01));
}

}  // namespace
}  // namespace dcmflow
