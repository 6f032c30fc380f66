#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <thread>

#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmjpeg/djcparam.h"
#include "dcmtk/dcmjpeg/djeijg12.h"
#include "dcmtk/dcmjpeg/djeijg8.h"
#include "tests/stages/codecs/sample_frames.h"

namespace dcmflow {
namespace {

using test::Bytes;
using test::decode;
using test::make_layout;

constexpr std::string_view baseline = "1.2.840.10008.1.2.4.50";
constexpr std::string_view extended = "1.2.840.10008.1.2.4.51";

// Smooth, so that a lossy codec at high quality stays close.
Bytes smooth_frame(const PixelLayout& layout, unsigned step) {
  Bytes frame;
  for (unsigned y = 0; y < layout.rows; ++y) {
    for (unsigned x = 0; x < layout.columns; ++x) {
      for (unsigned s = 0; s < layout.samples_per_pixel; ++s) {
        const unsigned value = step * (x + y + 20 * s);
        frame.push_back(static_cast<std::uint8_t>(value));
        if (layout.bits_allocated == 16) frame.push_back(static_cast<std::uint8_t>(value >> 8));
      }
    }
  }
  return frame;
}

DJCodecParameter parameters(E_CompressionColorSpaceConversion colour) {
  return {colour, EDC_never, EUC_never, EPC_colorByPixel, OFFalse, OFFalse, OFFalse, OFTrue,
          0,      0,         0,         OFTrue,           ESS_444};
}

Bytes taken(const OFCondition& condition, Uint8* stream, Uint32 length) {
  EXPECT_TRUE(condition.good()) << condition.text();
  Bytes bytes(stream, stream + length);
  delete[] stream;
  return bytes;
}

Bytes encode_8_bit(Bytes frame, const PixelLayout& layout, EJ_Mode mode,
                   E_CompressionColorSpaceConversion colour = ECC_lossyRGB) {
  const DJCodecParameter settings = parameters(colour);
  DJCompressIJG8Bit encoder(settings, mode, 98);
  Uint8* stream = nullptr;
  Uint32 length = 0;
  const auto space = layout.samples_per_pixel == 3 ? EPI_RGB : EPI_Monochrome2;
  const auto condition = encoder.encode(layout.columns, layout.rows, space,
                                        layout.samples_per_pixel, frame.data(), stream, length);
  return taken(condition, stream, length);
}

Bytes encode_12_bit(const Bytes& frame, const PixelLayout& layout, EJ_Mode mode) {
  const DJCodecParameter settings = parameters(ECC_lossyRGB);
  DJCompressIJG12Bit encoder(settings, mode, 98);
  std::vector<Uint16> samples(frame.size() / 2);
  std::memcpy(samples.data(), frame.data(), frame.size());
  Uint8* stream = nullptr;
  Uint32 length = 0;
  const auto condition = encoder.encode(layout.columns, layout.rows, EPI_Monochrome2, 1,
                                        samples.data(), stream, length);
  return taken(condition, stream, length);
}

int largest_difference(const Bytes& a, const Bytes& b, std::size_t sample_bytes) {
  EXPECT_EQ(a.size(), b.size());
  int largest = 0;
  for (std::size_t i = 0; i + sample_bytes <= std::min(a.size(), b.size()); i += sample_bytes) {
    const int left = sample_bytes == 1 ? a[i] : a[i] | a[i + 1] << 8;
    const int right = sample_bytes == 1 ? b[i] : b[i] | b[i + 1] << 8;
    largest = std::max(largest, std::abs(left - right));
  }
  return largest;
}

TEST(Jpeg, DecodesEightBitsInEveryMode) {
  const auto layout = make_layout(61, 43, 8);
  const Bytes frame = smooth_frame(layout, 2);
  for (const EJ_Mode mode :
       {EJM_baseline, EJM_sequential, EJM_spectralSelection, EJM_progressive}) {
    const auto decoded = decode(baseline, encode_8_bit(frame, layout, mode), layout);
    ASSERT_TRUE(decoded.status.ok()) << decoded.status.problem().detail;
    EXPECT_LE(largest_difference(decoded.frame, frame, 1), 2);
  }
}

TEST(Jpeg, DecodesTwelveBitsInEveryMode) {
  const auto layout = make_layout(61, 43, 16);
  const Bytes frame = smooth_frame(layout, 35);
  for (const EJ_Mode mode : {EJM_sequential, EJM_spectralSelection, EJM_progressive}) {
    const auto decoded = decode(extended, encode_12_bit(frame, layout, mode), layout);
    ASSERT_TRUE(decoded.status.ok()) << decoded.status.problem().detail;
    EXPECT_LE(largest_difference(decoded.frame, frame, 2), 8);
  }
}

TEST(Jpeg, WidensEightBitsToSixteenAllocated) {
  const auto narrow = make_layout(61, 43, 8);
  const Bytes stream = encode_8_bit(smooth_frame(narrow, 2), narrow, EJM_baseline);
  const auto decoded = decode(baseline, stream, make_layout(61, 43, 16));
  ASSERT_TRUE(decoded.status.ok());
  EXPECT_LE(largest_difference(decoded.frame, smooth_frame(make_layout(61, 43, 16), 2), 2), 2);
}

TEST(Jpeg, GivesRgbWhetherTheStreamIsYbrOrRgb) {
  const auto layout = make_layout(61, 43, 8, 3);
  const Bytes frame = smooth_frame(layout, 1);
  const Bytes ybr = encode_8_bit(frame, layout, EJM_baseline, ECC_lossyYCbCr);
  const Bytes rgb = encode_8_bit(frame, layout, EJM_baseline, ECC_lossyRGB);
  const auto from_ybr = decode(baseline, ybr, layout, "YBR_FULL_422");
  const auto from_rgb = decode(baseline, rgb, layout, "RGB");
  ASSERT_TRUE(from_ybr.status.ok() && from_rgb.status.ok());
  EXPECT_LE(largest_difference(from_ybr.frame, frame, 1), 6);
  EXPECT_LE(largest_difference(from_rgb.frame, frame, 1), 2);
}

TEST(Jpeg, RefusesAnotherShapeThanTheLayout) {
  const auto layout = make_layout(61, 43, 16);
  const Bytes stream = encode_12_bit(smooth_frame(layout, 35), layout, EJM_sequential);
  test::expect_refusal(decode(extended, stream, make_layout(60, 43, 16)),
                       "has 61 columns and 43 rows; expected 60 and 43");
  test::expect_refusal(decode(extended, stream, make_layout(61, 43, 16, 3)),
                       "has 1 components; expected 3");
  test::expect_refusal(decode(extended, stream, make_layout(61, 43, 8)),
                       "has 12 bits a sample; expected 1 to 8");
}

TEST(Jpeg, RefusesWhatIsNoJpeg) {
  const auto layout = make_layout(61, 43, 8);
  test::expect_refusal(decode(baseline, {}, layout), "0 bytes that does not start with FF D8");
  test::expect_refusal(decode(baseline, {0xFF, 0xD8, 0xFF, 0xD9}, layout),
                       "without a frame header");
  test::expect_refusal(decode(baseline, {0xFF, 0xD8, 0xFF, 0xC0, 0xFF, 0xFF}, layout),
                       "a JPEG segment of 65535 bytes at byte 4; expected 2 to 2");
}

TEST(Jpeg, RefusesArithmeticCoding) {
  const auto layout = make_layout(61, 43, 8);
  Bytes stream = encode_8_bit(smooth_frame(layout, 2), layout, EJM_baseline);
  const std::array<std::uint8_t, 2> sof0 = {0xFF, 0xC0};
  const auto at = std::search(stream.begin(), stream.end(), sof0.begin(), sof0.end());
  ASSERT_NE(at, stream.end());
  *(at + 1) = 0xC9;
  test::expect_refusal(decode(baseline, stream, layout), "JPEG process SOF9 with 8 bits");
}

TEST(Jpeg, ToleratesAMissingEndMarkerButNoMissingPixels) {
  const auto layout = make_layout(61, 43, 8);
  const Bytes frame = smooth_frame(layout, 2);
  Bytes stream = encode_8_bit(frame, layout, EJM_baseline);
  const Bytes whole = decode(baseline, stream, layout).frame;
  test::drop_last(stream, 2);
  test::expect_pixels(decode(baseline, stream, layout), whole);
  test::drop_last(stream, 40);
  test::expect_refusal(decode(baseline, stream, layout), "damaged places; expected 0");
}

// GE scanners write such: the spectral range of SOS is 0 to 0 instead of 0 to 63.
TEST(Jpeg, ToleratesAWrongSpectralRangeInABaselineScan) {
  const auto layout = make_layout(61, 43, 8);
  Bytes stream = encode_8_bit(smooth_frame(layout, 2), layout, EJM_baseline);
  const Bytes whole = decode(baseline, stream, layout).frame;
  const std::array<std::uint8_t, 2> sos = {0xFF, 0xDA};
  const auto at = std::search(stream.begin(), stream.end(), sos.begin(), sos.end());
  ASSERT_NE(at, stream.end());
  ASSERT_EQ(*(at + 8), 63);
  *(at + 8) = 0;
  test::expect_pixels(decode(baseline, stream, layout), whole);
}

TEST(Jpeg, RefusesThousandsOfScans) {
  const auto layout = make_layout(61, 43, 8);
  Bytes stream = encode_8_bit(smooth_frame(layout, 2), layout, EJM_progressive);
  for (int i = 0; i < 1000; ++i) {
    stream.insert(stream.end(), {0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 0, 0});
  }
  test::expect_refusal(decode(baseline, stream, layout), "scans; expected at most 600");
}

TEST(Jpeg, RefusesTruncation) {
  const auto layout = make_layout(61, 43, 8);
  const auto colour = make_layout(61, 43, 8, 3);
  const auto deep = make_layout(61, 43, 16);
  for (const EJ_Mode mode : {EJM_baseline, EJM_progressive}) {
    const Bytes stream = encode_8_bit(smooth_frame(layout, 2), layout, mode);
    test::expect_truncation_is_refused(baseline, stream, layout, 3);
    const Bytes rgb = encode_8_bit(smooth_frame(colour, 1), colour, mode);
    test::expect_truncation_is_refused(baseline, rgb, colour, 3);
  }
  const Bytes stream = encode_12_bit(smooth_frame(deep, 35), deep, EJM_sequential);
  test::expect_truncation_is_refused(extended, stream, deep, 3);
}

// Cut just before a scan header every marker segment is whole, and so are all pixels, but coarse.
TEST(Jpeg, RefusesAProgressiveImageThatLacksScans) {
  const auto layout = make_layout(61, 43, 8);
  const Bytes stream = encode_8_bit(smooth_frame(layout, 2), layout, EJM_progressive);
  const std::array<std::uint8_t, 2> sos = {0xFF, 0xDA};
  auto at = std::search(stream.begin(), stream.end(), sos.begin(), sos.end());
  int scans = 0;
  for (; at != stream.end(); at = std::search(at + 2, stream.end(), sos.begin(), sos.end())) {
    if (scans++ == 0) continue;
    test::expect_refusal(decode(baseline, Bytes(stream.begin(), at), layout),
                         "before it is complete");
  }
  EXPECT_GE(scans, 3);
}

// The decoder then has nothing at all to go on with.
TEST(Jpeg, RefusesAnImageThatEndsBehindItsScanHeader) {
  const auto layout = make_layout(3, 3, 8, 3);
  const Bytes stream = encode_8_bit(smooth_frame(layout, 2), layout, EJM_baseline);
  const std::array<std::uint8_t, 2> sos = {0xFF, 0xDA};
  const auto at = std::search(stream.begin(), stream.end(), sos.begin(), sos.end());
  ASSERT_NE(at, stream.end());
  const auto end = at + 2 + *(at + 3);
  test::expect_refusal(decode(baseline, Bytes(stream.begin(), end), layout), "damaged places");
}

TEST(Jpeg, SurvivesDamage) {
  const auto layout = make_layout(61, 43, 8);
  for (const EJ_Mode mode : {EJM_baseline, EJM_progressive}) {
    const Bytes stream = encode_8_bit(smooth_frame(layout, 2), layout, mode);
    test::expect_damage_is_survived(baseline, stream, layout, 700);
  }
  const auto deep = make_layout(61, 43, 16);
  const Bytes stream = encode_12_bit(smooth_frame(deep, 35), deep, EJM_sequential);
  test::expect_damage_is_survived(extended, stream, deep, 700);
  const auto colour = make_layout(61, 43, 8, 3);
  const Bytes rgb = encode_8_bit(smooth_frame(colour, 1), colour, EJM_baseline, ECC_lossyYCbCr);
  test::expect_damage_is_survived(baseline, rgb, colour, 700);
}

TEST(Jpeg, GivesTheSamePixelsInEveryThread) {
  const auto layout = make_layout(161, 143, 16);
  const Bytes stream = encode_12_bit(smooth_frame(layout, 11), layout, EJM_progressive);
  const Bytes broken(stream.begin(),
                     stream.begin() + static_cast<std::ptrdiff_t>(stream.size() / 2));
  const Bytes expected = decode(extended, stream, layout).frame;
  std::array<int, 4> equal{};
  std::vector<std::thread> threads;
  threads.reserve(equal.size());
  for (int& count : equal) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) {
        const bool refused = !decode(extended, broken, layout).status.ok();
        count += refused && decode(extended, stream, layout).frame == expected ? 1 : 0;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_THAT(equal, ::testing::Each(20));
}

// The segments between SOI and the rest of an image.
Bytes with_marker(const Bytes& image, const Bytes& segment) {
  Bytes marked(image.begin(), image.begin() + 2);
  marked.insert(marked.end(), segment.begin(), segment.end());
  marked.insert(marked.end(), image.begin() + 2, image.end());
  return marked;
}

TEST(JpegColour, IsWhatMarkersAndComponentsSay) {
  const auto colour = find_transfer_syntax(baseline)->colour;
  ASSERT_NE(colour, nullptr);
  const Bytes jfif{0xFF, 0xE0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0};
  const auto adobe = [](std::uint8_t transform) {
    return Bytes{0xFF, 0xEE, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, transform};
  };
  // A frame header alone: components with identifiers and sampling factors.
  const auto image = [](const Bytes& components) {
    Bytes bytes{0xFF, 0xD8, 0xFF, 0xC0, 0, 17, 8, 0, 16, 0, 16, 3};
    bytes.insert(bytes.end(), components.begin(), components.end());
    return bytes;
  };
  const Bytes plain = image({1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0});
  EXPECT_EQ(colour(plain), "");
  EXPECT_EQ(colour(with_marker(plain, jfif)), "YBR_FULL_422");
  EXPECT_EQ(colour(with_marker(plain, adobe(0))), "RGB");
  EXPECT_EQ(colour(with_marker(plain, adobe(1))), "YBR_FULL_422");
  EXPECT_EQ(colour(image({1, 0x21, 0, 2, 0x11, 0, 3, 0x11, 0})), "YBR_FULL_422");
  EXPECT_EQ(colour(image({'R', 0x11, 0, 'G', 0x11, 0, 'B', 0x11, 0})), "RGB");
  for (std::size_t length = 0; length < plain.size(); ++length)
    EXPECT_EQ(colour(std::span(plain).first(length)), "") << length;
}

}  // namespace
}  // namespace dcmflow
