#include <charls/charls_jpegls_encoder.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "tests/stages/codecs/sample_frames.h"

namespace dcmflow {
namespace {

using charls::interleave_mode;
using test::Bytes;
using test::decode;
using test::known_frame;
using test::make_layout;

constexpr std::string_view jpeg_ls = "1.2.840.10008.1.2.4.80";
constexpr std::string_view near_lossless = "1.2.840.10008.1.2.4.81";

// `samples` lie as the interleave mode wants them: by plane for none, by pixel for the others.
Bytes encode(const Bytes& samples, const PixelLayout& layout, int bits,
             interleave_mode mode = interleave_mode::none, int near = 0) {
  charls::jpegls_encoder encoder;
  encoder.frame_info({layout.columns, layout.rows, bits, layout.samples_per_pixel});
  encoder.interleave_mode(mode).near_lossless(near);
  Bytes stream(samples.size() * 2 + 1000);
  encoder.destination(stream);
  stream.resize(encoder.encode(samples));
  return stream;
}

Bytes by_plane(const Bytes& frame, std::size_t sample_bytes) {
  Bytes planes;
  for (std::size_t s = 0; s < 3; ++s) {
    for (std::size_t i = s * sample_bytes; i < frame.size(); i += 3 * sample_bytes) {
      planes.insert(planes.end(), frame.begin() + static_cast<std::ptrdiff_t>(i),
                    frame.begin() + static_cast<std::ptrdiff_t>(i + sample_bytes));
    }
  }
  return planes;
}

TEST(JpegLs, GivesBackEveryPixelForEveryDepth) {
  for (const int bits : {7, 8, 10, 12, 15, 16}) {
    SCOPED_TRACE(bits);
    const auto layout = make_layout(61, 43, bits <= 8 ? 8 : 16);
    const Bytes frame = known_frame(layout, static_cast<unsigned>(bits));
    test::expect_pixels(decode(jpeg_ls, encode(frame, layout, bits), layout), frame);
  }
}

TEST(JpegLs, GivesBackColourInEveryInterleaveMode) {
  for (const std::uint16_t bits : {std::uint16_t{8}, std::uint16_t{16}}) {
    const auto layout = make_layout(61, 43, bits, 3);
    const Bytes frame = known_frame(layout, bits);
    const Bytes planes = by_plane(frame, bits / 8U);
    test::expect_pixels(decode(jpeg_ls, encode(planes, layout, bits), layout, "RGB"), frame);
    for (const auto mode : {interleave_mode::line, interleave_mode::sample}) {
      test::expect_pixels(decode(jpeg_ls, encode(frame, layout, bits, mode), layout, "RGB"), frame);
    }
  }
}

TEST(JpegLs, StaysWithinTheNearLosslessBound) {
  const auto layout = make_layout(61, 43, 8);
  const Bytes frame = known_frame(layout, 8);
  const auto decoded =
      decode(near_lossless, encode(frame, layout, 8, interleave_mode::none, 3), layout);
  ASSERT_TRUE(decoded.status.ok());
  int largest = 0;
  for (std::size_t i = 0; i < frame.size(); ++i) {
    largest = std::max(largest, std::abs(int{decoded.frame[i]} - int{frame[i]}));
  }
  EXPECT_LE(largest, 3);
  EXPECT_GE(largest, 1);
}

TEST(JpegLs, WidensAnEightBitStreamToTheBitsAllocated) {
  const auto narrow = make_layout(61, 43, 8);
  const Bytes stream = encode(known_frame(narrow, 8), narrow, 8);
  for (const std::uint16_t bits : {std::uint16_t{16}, std::uint16_t{32}}) {
    auto wide = make_layout(61, 43, bits);
    Bytes expected(wide.frame_bytes());
    for (std::size_t i = 0; i < 61 * 43; ++i) expected[i * bits / 8] = known_frame(narrow, 8)[i];
    test::expect_pixels(decode(jpeg_ls, stream, wide), expected);
  }
}

TEST(JpegLs, RefusesAnotherShapeThanTheLayout) {
  const auto layout = make_layout(20, 10, 16);
  const Bytes stream = encode(known_frame(layout, 12), layout, 12);
  test::expect_refusal(decode(jpeg_ls, stream, make_layout(10, 20, 16)),
                       "has 20 columns and 10 rows; expected 10 and 20");
  test::expect_refusal(decode(jpeg_ls, stream, make_layout(20, 10, 16, 3)),
                       "has 1 components; expected 3");
  test::expect_refusal(decode(jpeg_ls, stream, make_layout(20, 10, 8)),
                       "has 12 bits a sample; expected 1 to 8");
}

TEST(JpegLs, ToleratesPaddingOnEitherSideOfTheEndMarker) {
  const auto layout = make_layout(64, 48, 16);
  const Bytes frame = known_frame(layout, 16);
  const Bytes stream = encode(frame, layout, 16);
  Bytes behind = stream;
  behind.push_back(0);
  test::expect_pixels(decode(jpeg_ls, behind, layout), frame);
  Bytes before = stream;
  before.insert(before.end() - 2, 0);
  test::expect_pixels(decode(jpeg_ls, before, layout), frame);
  Bytes filled = stream;
  filled.insert(filled.end() - 2, 0xFF);
  test::expect_pixels(decode(jpeg_ls, filled, layout), frame);
}

// CharLS 2.4 does not return from such a stream.
TEST(JpegLs, RefusesAStreamWithoutItsEndMarker) {
  const auto layout = make_layout(64, 48, 16);
  Bytes stream = encode(known_frame(layout, 12), layout, 12);
  stream.resize(60);
  test::expect_refusal(decode(jpeg_ls, stream, layout), "60 bytes that does not end with FF D9");
  stream.insert(stream.end(), {0xFF, 0xD9, 0, 0, 0, 0});
  test::expect_refusal(decode(jpeg_ls, stream, layout),
                       "the JPEG-LS stream of 62 bytes is damaged");
}

TEST(JpegLs, SurvivesDamage) {
  const auto layout = make_layout(64, 48, 16);
  const Bytes stream = encode(known_frame(layout, 12), layout, 12);
  test::expect_truncation_is_refused(jpeg_ls, stream, layout, 0);
  test::expect_damage_is_survived(jpeg_ls, stream, layout, 1000);
  const auto colour = make_layout(33, 21, 8, 3);
  test::expect_damage_is_survived(
      jpeg_ls, encode(known_frame(colour, 8), colour, 8, interleave_mode::sample), colour, 500);
}

}  // namespace
}  // namespace dcmflow
