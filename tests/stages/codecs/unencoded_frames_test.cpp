#include <gtest/gtest.h>
#include <zlib.h>

#include "tests/stages/codecs/sample_frames.h"

namespace dcmflow {
namespace {

using test::Bytes;
using test::decode;
using test::known_frame;
using test::make_layout;

constexpr std::string_view uncompressed = "1.2.840.10008.1.2.1.98";
constexpr std::string_view deflated = "1.2.840.10008.1.2.8.1";

Bytes deflate_frame(const Bytes& frame) {
  z_stream z{};
  EXPECT_EQ(deflateInit2(&z, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  Bytes stream(deflateBound(&z, frame.size()));
  Bytes input = frame;
  z.next_in = input.data();
  z.avail_in = static_cast<uInt>(input.size());
  z.next_out = stream.data();
  z.avail_out = static_cast<uInt>(stream.size());
  EXPECT_EQ(deflate(&z, Z_FINISH), Z_STREAM_END);
  stream.resize(z.total_out);
  deflateEnd(&z);
  return stream;
}

Bytes planes_of(const Bytes& frame, std::size_t sample_bytes) {
  Bytes planes;
  for (std::size_t p = 0; p < 3; ++p) {
    for (std::size_t i = p * sample_bytes; i < frame.size(); i += 3 * sample_bytes) {
      for (std::size_t b = 0; b < sample_bytes; ++b) planes.push_back(frame[i + b]);
    }
  }
  return planes;
}

TEST(UnencodedFrames, GiveBackEveryPixelForEveryLayout) {
  for (const std::uint16_t samples : {std::uint16_t{1}, std::uint16_t{3}}) {
    for (const unsigned bits : {8U, 16U, 32U}) {
      const auto layout = make_layout(61, 43, static_cast<std::uint16_t>(bits), samples);
      const Bytes frame = known_frame(layout, bits);
      test::expect_pixels(decode(uncompressed, frame, layout, "RGB"), frame);
      test::expect_pixels(decode(deflated, deflate_frame(frame), layout, "RGB"), frame);
    }
  }
}

TEST(UnencodedFrames, LeavePackedBitsPacked) {
  const auto layout = make_layout(51, 43, 1);
  Bytes frame(layout.frame_bytes());
  for (std::size_t i = 0; i < frame.size(); ++i) frame[i] = static_cast<std::uint8_t>(37 * i);
  ASSERT_EQ(frame.size(), 275U);  // 2193 bits
  test::expect_pixels(decode(uncompressed, frame, layout), frame);
  test::expect_pixels(decode(deflated, deflate_frame(frame), layout), frame);
}

TEST(UnencodedFrames, InterleavePlanes) {
  for (const unsigned bits : {8U, 16U}) {
    auto layout = make_layout(61, 43, static_cast<std::uint16_t>(bits), 3);
    const Bytes frame = known_frame(layout, bits);
    layout.planar = true;
    const Bytes planes = planes_of(frame, bits / 8);
    ASSERT_NE(planes, frame);
    test::expect_pixels(decode(uncompressed, planes, layout, "RGB"), frame);
    test::expect_pixels(decode(deflated, deflate_frame(planes), layout, "RGB"), frame);
  }
}

TEST(UnencodedFrames, BecomeRgb) {
  const auto layout = make_layout(2, 1, 8, 3);
  const Bytes grey_and_red = {77, 128, 128, 76, 85, 255};  // Y, Cb, Cr
  test::expect_pixels(decode(uncompressed, grey_and_red, layout, "YBR_FULL"),
                      {77, 77, 77, 254, 0, 0});
}

TEST(UnencodedFrames, MayBePaddedToAnEvenLength) {
  const auto layout = make_layout(3, 3, 8);
  const Bytes frame = known_frame(layout, 8);
  Bytes padded = frame;
  padded.push_back(0);
  test::expect_pixels(decode(uncompressed, padded, layout), frame);
  padded = deflate_frame(frame);
  padded.push_back(0);
  test::expect_pixels(decode(deflated, padded, layout), frame);
}

TEST(UnencodedFrames, SayHowManyBytesAreMissing) {
  const auto layout = make_layout(20, 10, 16);
  Bytes frame = known_frame(layout, 16);
  frame.pop_back();
  test::expect_refusal(decode(uncompressed, frame, layout),
                       "an uncompressed frame of 399 bytes; expected 400");
  test::expect_refusal(decode(deflated, deflate_frame(frame), layout), "gives 399; expected 400");
  test::expect_refusal(decode(deflated, {}, layout), "of 0 bytes gives 0; expected 400");
}

TEST(UnencodedFrames, NeverGiveMoreThanAFrame) {
  const auto layout = make_layout(20, 10, 16);
  const Bytes long_frame(10'000'000, 7);
  test::expect_pixels(decode(deflated, deflate_frame(long_frame), layout), Bytes(400, 7));
}

TEST(UnencodedFrames, SurviveDamage) {
  const auto layout = make_layout(40, 30, 16);
  const Bytes stream = deflate_frame(known_frame(layout, 12));
  test::expect_truncation_is_refused(deflated, stream, layout, 8);
  test::expect_damage_is_survived(deflated, stream, layout);
}

}  // namespace
}  // namespace dcmflow
