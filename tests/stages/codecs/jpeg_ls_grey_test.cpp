#include "stages/codecs/jpeg_ls_grey.h"

#include <charls/charls_jpegls_decoder.h>
#include <charls/charls_jpegls_encoder.h>
#include <gtest/gtest.h>

#include <array>
#include <random>
#include <utility>

#include "stages/codecs/jpeg_markers.h"
#include "tests/stages/codecs/sample_frames.h"

namespace dcmflow {
namespace {

using test::Bytes;

struct Picture {
  std::uint32_t columns = 0, rows = 0;
  unsigned bits = 0;
  Bytes samples;
};

enum class Content { flat, runs, ramp, masked, noise };
constexpr std::array all_contents{Content::flat, Content::runs, Content::ramp, Content::masked,
                                  Content::noise};

std::uint32_t value_of(Content content, std::uint32_t x, std::uint32_t y, std::uint32_t random) {
  switch (content) {
    case Content::flat:
      return 1;
    case Content::runs:
      return random % 9 == 0 ? random >> 8 : 3;
    case Content::ramp:
      return 5 * x + 3 * y + random % 4;
    case Content::masked:
      return (x / 8 + y / 8) % 3 == 0 ? 0 : 60 + 2 * x + random % 16;
    case Content::noise:
      break;
  }
  return random >> 4;
}

Picture picture_of(Content content, std::uint32_t columns, std::uint32_t rows, unsigned bits) {
  Picture picture{columns, rows, bits, {}};
  std::mt19937 random(columns * 131 + rows * 17 + bits);
  for (std::uint32_t y = 0; y < rows; ++y) {
    for (std::uint32_t x = 0; x < columns; ++x) {
      const auto value =
          value_of(content, x, y, static_cast<std::uint32_t>(random())) & ((1U << bits) - 1);
      picture.samples.push_back(static_cast<std::uint8_t>(value));
      if (bits > 8) picture.samples.push_back(static_cast<std::uint8_t>(value >> 8));
    }
  }
  return picture;
}

// By CharLS, with the default parameters where they are 0.
Bytes encode(const Picture& picture, const charls::jpegls_pc_parameters& parameters = {}) {
  charls::jpegls_encoder encoder;
  encoder.frame_info({picture.columns, picture.rows, static_cast<std::int32_t>(picture.bits), 1});
  encoder.preset_coding_parameters(parameters);
  Bytes stream(picture.samples.size() * 2 + 1000);
  encoder.destination(stream);
  stream.resize(encoder.encode(picture.samples));
  return stream;
}

std::span<const std::uint8_t> scan_of(const Bytes& stream) {
  const auto header = find_jpeg_scan(stream);
  return std::span(stream).first(stream.size() - 2).subspan(header->end);
}

// The samples, in memory of exactly their size; none where they are refused.
Bytes decode_scan(std::span<const std::uint8_t> scan, const JpegLsCoding& coding,
                  const Picture& picture) {
  const Bytes exact(scan.begin(), scan.end());
  Bytes samples(picture.samples.size(), 0xA5);
  if (!decode_jpeg_ls_grey(exact, coding, picture.columns, samples)) return {};
  return samples;
}

// None where CharLS refuses the stream.
Bytes decode_by_charls(const Bytes& stream) {
  try {
    charls::jpegls_decoder decoder;
    decoder.source(stream.data(), stream.size());
    decoder.read_header();
    Bytes samples(decoder.destination_size());
    decoder.decode(samples);
    return samples;
  } catch (const charls::jpegls_error&) {
    return {};
  }
}

TEST(JpegLsGrey, GivesBackEveryPixelForEveryDepthAndContent) {
  for (unsigned bits = 2; bits <= 16; ++bits) {
    for (const auto content : all_contents) {
      SCOPED_TRACE(testing::Message() << bits << " bits, content " << static_cast<int>(content));
      const auto picture = picture_of(content, 61, 43, bits);
      EXPECT_TRUE(decode_scan(scan_of(encode(picture)), JpegLsCoding::of_bits(bits), picture) ==
                  picture.samples);
    }
  }
}

TEST(JpegLsGrey, GivesBackEveryPixelOfEveryShape) {
  constexpr std::array<std::pair<std::uint32_t, std::uint32_t>, 9> shapes{
      {{1, 1}, {1, 90}, {2, 3}, {3, 2}, {90, 1}, {7, 64}, {16, 16}, {65'535, 2}, {257, 129}}};
  for (const auto& [columns, rows] : shapes) {
    for (const unsigned bits : {8U, 12U, 16U}) {
      for (const auto content : all_contents) {
        SCOPED_TRACE(testing::Message() << columns << " by " << rows << ", " << bits
                                        << " bits, content " << static_cast<int>(content));
        const auto picture = picture_of(content, columns, rows, bits);
        EXPECT_TRUE(decode_scan(scan_of(encode(picture)), JpegLsCoding::of_bits(bits), picture) ==
                    picture.samples);
      }
    }
  }
}

// Errors of half the range and more wrap around, and have codes of the greatest length.
TEST(JpegLsGrey, GivesBackJumpsOverTheWholeRange) {
  for (unsigned bits = 2; bits <= 16; ++bits) {
    SCOPED_TRACE(bits);
    auto picture = picture_of(Content::flat, 40, 40, bits);
    std::mt19937 random(bits);
    const unsigned greatest = (1U << bits) - 1;
    const std::array<unsigned, 5> values{0, greatest, greatest / 2, greatest / 2 + 1, 1};
    const std::size_t bytes = bits > 8 ? 2 : 1;
    for (std::size_t i = 0; i < picture.samples.size(); i += bytes) {
      const unsigned value = i < 400 ? greatest : values[random() % values.size()];
      picture.samples[i] = static_cast<std::uint8_t>(value);
      if (bytes == 2) picture.samples[i + 1] = static_cast<std::uint8_t>(value >> 8);
    }
    EXPECT_TRUE(decode_scan(scan_of(encode(picture)), JpegLsCoding::of_bits(bits), picture) ==
                picture.samples);
  }
}

TEST(JpegLsGrey, TakesThresholdsAndResetsOfTheStream) {
  for (const auto& coding : {JpegLsCoding{8, {1, 1, 1}, 3}, JpegLsCoding{8, {9, 9, 200}, 31},
                             JpegLsCoding{12, {18, 67, 276}, 255}, JpegLsCoding{12, {1, 2, 3}, 64},
                             JpegLsCoding{16, {1000, 20'000, 65'535}, 4}}) {
    ASSERT_TRUE(is_usable(coding));
    for (const auto content : all_contents) {
      SCOPED_TRACE(testing::Message() << coding.bits << " bits, RESET " << coding.reset
                                      << ", content " << static_cast<int>(content));
      const auto picture = picture_of(content, 61, 43, coding.bits);
      const auto& [t1, t2, t3] = coding.thresholds;
      const auto stream = encode(picture, {(1 << coding.bits) - 1, t1, t2, t3, coding.reset});
      EXPECT_TRUE(decode_scan(scan_of(stream), coding, picture) == picture.samples);
      EXPECT_TRUE(test::decode("1.2.840.10008.1.2.4.80", stream,
                               test::make_layout(61, 43, coding.bits > 8 ? 16 : 8))
                      .frame == picture.samples);
    }
  }
}

// Table C.3; other depths are held against CharLS' above.
TEST(JpegLsGrey, KnowsTheDefaultsOfTheStandard) {
  EXPECT_EQ(JpegLsCoding::of_bits(8).thresholds, (std::array{3, 7, 21}));
  EXPECT_EQ(JpegLsCoding::of_bits(12).thresholds, (std::array{18, 67, 276}));
  EXPECT_EQ(JpegLsCoding::of_bits(16).thresholds, (std::array{18, 67, 276}));
  EXPECT_EQ(JpegLsCoding::of_bits(10).reset, 64);
  for (unsigned bits = 2; bits <= 16; ++bits) EXPECT_TRUE(is_usable(JpegLsCoding::of_bits(bits)));
}

TEST(JpegLsGrey, LeavesUnusualParametersToOthers) {
  const auto usual = JpegLsCoding::of_bits(12);
  const auto with_thresholds = [&](std::array<std::int32_t, 3> thresholds) {
    return JpegLsCoding{usual.bits, thresholds, usual.reset};
  };
  EXPECT_FALSE(is_usable(with_thresholds({0, 7, 21})));
  EXPECT_FALSE(is_usable(with_thresholds({8, 7, 21})));
  EXPECT_FALSE(is_usable(with_thresholds({3, 22, 21})));
  EXPECT_FALSE(is_usable(with_thresholds({3, 7, 4096})));
  EXPECT_FALSE(is_usable({1, {1, 1, 1}, 64}));
  EXPECT_FALSE(is_usable({17, usual.thresholds, 64}));
  EXPECT_FALSE(is_usable({12, usual.thresholds, 2}));
  EXPECT_FALSE(is_usable({12, usual.thresholds, 256}));
}

TEST(JpegLsGrey, TakesNoScanThatIsCutOrHasMore) {
  for (const auto content : all_contents) {
    SCOPED_TRACE(static_cast<int>(content));
    const auto picture = picture_of(content, 61, 43, 12);
    const auto coding = JpegLsCoding::of_bits(12);
    const Bytes stream = encode(picture);
    const auto scan = scan_of(stream);
    for (std::size_t size = 0; size < scan.size(); size += 1 + scan.size() / 300)
      EXPECT_TRUE(decode_scan(scan.first(size), coding, picture).empty()) << size;
    EXPECT_TRUE(decode_scan(scan.first(scan.size() - 1), coding, picture).empty());
    for (const std::uint8_t more : Bytes{0x00, 0x01, 0xFF}) {
      Bytes longer(scan.begin(), scan.end());
      longer.push_back(more);
      EXPECT_TRUE(decode_scan(longer, coding, picture).empty()) << int{more};
    }
  }
}

// Whatever it takes, it takes for what CharLS takes it for.
TEST(JpegLsGrey, AgreesWithCharLsOnWhatItTakesOfDamagedScans) {
  std::mt19937 random(20'261'201);
  int taken = 0;
  for (const unsigned bits : {2U, 8U, 12U, 16U}) {
    for (const auto content : all_contents) {
      const auto picture = picture_of(content, 19, 11, bits);
      const Bytes stream = encode(picture);
      const std::size_t header = stream.size() - 2 - scan_of(stream).size();
      for (int i = 0; i < 1000; ++i) {
        Bytes damaged = stream;
        const std::size_t at = header + random() % (stream.size() - 2 - header);
        damaged[at] = static_cast<std::uint8_t>(damaged[at] ^ (1U << (random() % 8)));
        const Bytes samples = decode_scan(scan_of(damaged), JpegLsCoding::of_bits(bits), picture);
        if (samples.empty()) continue;
        ++taken;
        ASSERT_TRUE(samples == decode_by_charls(damaged))
            << bits << " bits, content " << static_cast<int>(content) << ", round " << i;
      }
    }
  }
  EXPECT_GT(taken, 100);
}

}  // namespace
}  // namespace dcmflow
