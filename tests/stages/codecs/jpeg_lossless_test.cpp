#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <string>

#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmjpeg/djcparam.h"
#include "dcmtk/dcmjpeg/djeijg16.h"
#include "dcmtk/dcmjpeg/djeijg8.h"
#include "tests/stages/codecs/sample_frames.h"

namespace dcmflow {
namespace {

using test::Bytes;
using test::decode;
using test::known_frame;
using test::make_layout;

constexpr std::string_view process_14 = "1.2.840.10008.1.2.4.57";
constexpr std::string_view selection_value_1 = "1.2.840.10008.1.2.4.70";

// DCMTK's encoder: another hand than ours.
Bytes encode_with_dcmtk(const Bytes& frame, const PixelLayout& layout, int predictor) {
  const DJCodecParameter parameters(ECC_lossyRGB, EDC_never, EUC_never, EPC_colorByPixel, OFFalse,
                                    OFFalse, OFFalse, OFTrue);
  const auto colour = layout.samples_per_pixel == 3 ? EPI_RGB : EPI_Monochrome2;
  Uint8* stream = nullptr;
  Uint32 length = 0;
  OFCondition condition;
  if (layout.bits_allocated == 8) {
    Bytes samples = frame;
    DJCompressIJG8Bit encoder(parameters, EJM_lossless, predictor, 0);
    condition = encoder.encode(layout.columns, layout.rows, colour, layout.samples_per_pixel,
                               samples.data(), stream, length);
  } else {
    std::vector<Uint16> samples(frame.size() / 2);
    std::memcpy(samples.data(), frame.data(), frame.size());
    DJCompressIJG16Bit encoder(parameters, EJM_lossless, predictor, 0);
    condition = encoder.encode(layout.columns, layout.rows, colour, layout.samples_per_pixel,
                               samples.data(), stream, length);
  }
  EXPECT_TRUE(condition.good()) << condition.text();
  Bytes bytes(stream, stream + length);
  delete[] stream;
  return bytes;
}

// What an encoder may choose and DCMTK's does not.
struct Choices {
  unsigned precision = 16;
  unsigned predictor = 1;
  unsigned point_transform = 0;
  unsigned restart_rows = 0;
  bool one_scan_a_component = false;
};

// Lengths of the codes of the categories 0 … 16; some longer than a decoder would look ahead.
constexpr std::array<unsigned, 17> code_lengths = {2,  2,  3,  4,  5,  6,  7,  8, 9,
                                                   10, 11, 12, 13, 14, 15, 16, 16};

// A straightforward encoder from the text of ISO/IEC 10918-1 annex H.
class Encoder {
 public:
  Encoder(const Bytes& frame, const PixelLayout& layout, const Choices& choices)
      : frame_(frame), layout_(layout), choices_(choices) {}

  Bytes encode() {
    const std::uint8_t n = static_cast<std::uint8_t>(layout_.samples_per_pixel);
    put({0xFF, 0xD8, 0xFF, 0xC3, 0, static_cast<std::uint8_t>(8 + 3 * n),
         static_cast<std::uint8_t>(choices_.precision)});
    put_u16(layout_.rows);
    put_u16(layout_.columns);
    put({n});
    for (std::uint8_t c = 0; c < n; ++c) put({static_cast<std::uint8_t>(c + 1), 0x11, 0});
    put_table();
    if (choices_.restart_rows > 0) {
      put({0xFF, 0xDD, 0, 4});
      put_u16(choices_.restart_rows * layout_.columns);
    }
    if (choices_.one_scan_a_component) {
      for (unsigned c = 0; c < n; ++c) put_scan(c, 1);
    } else {
      put_scan(0, n);
    }
    put({0xFF, 0xD9});
    return out_;
  }

 private:
  void put(std::initializer_list<std::uint8_t> bytes) { out_.insert(out_.end(), bytes); }
  void put_u16(unsigned value) {
    put({static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)});
  }

  void put_table() {
    put({0xFF, 0xC4, 0, 2 + 17 + 17, 0x00});
    for (unsigned length = 1; length <= 16; ++length) {
      put({static_cast<std::uint8_t>(
          std::count(code_lengths.begin(), code_lengths.end(), length))});
    }
    for (std::uint8_t category = 0; category <= 16; ++category) put({category});
  }

  static unsigned code_of(unsigned category) {
    unsigned code = 0;
    for (unsigned c = 0; c < category; ++c)
      code = (code + 1) << (code_lengths[c + 1] - code_lengths[c]);
    return code;
  }

  void put_bits(unsigned value, unsigned count) {
    while (count-- > 0) {
      pending_ = pending_ << 1 | (value >> count & 1);
      if (++pending_count_ < 8) continue;
      put({static_cast<std::uint8_t>(pending_)});
      if (out_.back() == 0xFF) put({0});
      pending_count_ = 0;
    }
  }
  void flush() {
    while (pending_count_ > 0) put_bits(1, 1);
  }

  int sample(unsigned c, int x, int y) const {
    const std::size_t i =
        (static_cast<std::size_t>(y) * layout_.columns + x) * layout_.samples_per_pixel + c;
    const int value =
        layout_.bits_allocated == 8 ? frame_[i] : frame_[2 * i] | frame_[2 * i + 1] << 8;
    return value >> choices_.point_transform;
  }

  int prediction(unsigned c, int x, int y, bool first_row) const {
    if (first_row && x == 0) return 1 << (choices_.precision - choices_.point_transform - 1);
    if (first_row) return sample(c, x - 1, y);
    if (x == 0) return sample(c, 0, y - 1);
    const int left = sample(c, x - 1, y);
    const int above = sample(c, x, y - 1);
    const int corner = sample(c, x - 1, y - 1);
    const std::array<int, 8> table = {0,
                                      left,
                                      above,
                                      corner,
                                      left + above - corner,
                                      left + ((above - corner) >> 1),
                                      above + ((left - corner) >> 1),
                                      (left + above) >> 1};
    return table.at(choices_.predictor);
  }

  void put_difference(int difference) {
    const int wrapped = static_cast<std::int16_t>(difference);
    if (wrapped == INT16_MIN) return put_bits(code_of(16), code_lengths[16]);
    const auto category =
        static_cast<unsigned>(std::bit_width(static_cast<unsigned>(std::abs(wrapped))));
    put_bits(code_of(category), code_lengths[category]);
    put_bits(static_cast<unsigned>(wrapped < 0 ? wrapped - 1 : wrapped), category);
  }

  void put_scan(unsigned first, unsigned count) {
    put({0xFF, 0xDA, 0, static_cast<std::uint8_t>(6 + 2 * count),
         static_cast<std::uint8_t>(count)});
    for (unsigned c = first; c < first + count; ++c) put({static_cast<std::uint8_t>(c + 1), 0});
    put({static_cast<std::uint8_t>(choices_.predictor), 0,
         static_cast<std::uint8_t>(choices_.point_transform)});
    for (int y = 0; y < layout_.rows; ++y) {
      const unsigned row = static_cast<unsigned>(y);
      const bool restarts = choices_.restart_rows > 0 && y > 0 && row % choices_.restart_rows == 0;
      if (restarts) {
        flush();
        put({0xFF, static_cast<std::uint8_t>(0xD0 + (row / choices_.restart_rows - 1) % 8)});
      }
      for (int x = 0; x < layout_.columns; ++x) {
        for (unsigned c = first; c < first + count; ++c) {
          put_difference(sample(c, x, y) - prediction(c, x, y, y == 0 || restarts));
        }
      }
    }
    flush();
  }

  const Bytes& frame_;
  const PixelLayout& layout_;
  const Choices choices_;
  Bytes out_;
  unsigned pending_ = 0;
  unsigned pending_count_ = 0;
};

Bytes encode(const Bytes& frame, const PixelLayout& layout, const Choices& choices) {
  return Encoder(frame, layout, choices).encode();
}

TEST(JpegLossless, GivesBackWhatDcmtkEncodedWithEveryPredictor) {
  for (const std::uint16_t bits : {std::uint16_t{8}, std::uint16_t{16}}) {
    for (const std::uint16_t samples : {std::uint16_t{1}, std::uint16_t{3}}) {
      for (int predictor = 1; predictor <= 7; ++predictor) {
        // Predictor 6 of DCMTK's encoder overflows at 16 bits; stay below.
        SCOPED_TRACE(std::to_string(bits) + " bits, predictor " + std::to_string(predictor));
        const auto layout = make_layout(61, 43, bits, samples);
        const Bytes frame = known_frame(layout, bits == 8 ? 8 : 15);
        const Bytes stream = encode_with_dcmtk(frame, layout, predictor);
        test::expect_pixels(decode(process_14, stream, layout, "RGB"), frame);
      }
    }
  }
}

TEST(JpegLossless, GivesBackEveryPrecisionAndPredictor) {
  for (const unsigned precision : {2U, 8U, 9U, 12U, 16U}) {
    for (unsigned predictor = 1; predictor <= 7; ++predictor) {
      SCOPED_TRACE(std::to_string(precision) + " bits, predictor " + std::to_string(predictor));
      const auto layout = make_layout(37, 29, precision <= 8 ? 8 : 16);
      const Bytes frame = known_frame(layout, precision);
      const Bytes stream = encode(frame, layout, {.precision = precision, .predictor = predictor});
      test::expect_pixels(decode(selection_value_1, stream, layout), frame);
    }
  }
}

TEST(JpegLossless, ReadsDifferencesOfHalfTheRange) {
  const auto layout = make_layout(4, 1, 16);
  const Bytes frame = {0, 0, 0, 0x80, 0xFF, 0xFF, 0xFF, 0x7F};
  test::expect_pixels(decode(process_14, encode(frame, layout, {}), layout), frame);
}

TEST(JpegLossless, StartsAnewAtEachRestartMarker) {
  for (const unsigned rows : {1U, 3U}) {
    const auto layout = make_layout(37, 29, 16);
    const Bytes frame = known_frame(layout, 16);
    const Bytes stream = encode(frame, layout, {.predictor = 4, .restart_rows = rows});
    test::expect_pixels(decode(process_14, stream, layout), frame);
  }
}

TEST(JpegLossless, ReadsOneScanAComponent) {
  const auto layout = make_layout(37, 29, 8, 3);
  const Bytes frame = known_frame(layout, 8);
  const Bytes stream =
      encode(frame, layout, {.precision = 8, .predictor = 7, .one_scan_a_component = true});
  test::expect_pixels(decode(process_14, stream, layout, "RGB"), frame);
}

TEST(JpegLossless, ShiftsBackThePointTransform) {
  const auto layout = make_layout(37, 29, 16);
  Bytes frame = known_frame(layout, 12);
  const Bytes stream = encode(frame, layout, {.precision = 12, .point_transform = 3});
  for (std::size_t i = 0; i < frame.size(); i += 2) frame[i] &= 0xF8;
  test::expect_pixels(decode(process_14, stream, layout), frame);
}

TEST(JpegLossless, WidensAnEightBitStreamToSixteenBitsAllocated) {
  const auto narrow = make_layout(37, 29, 8);
  const Bytes frame = known_frame(narrow, 8);
  Bytes expected;
  for (const auto sample : frame) expected.insert(expected.end(), {sample, 0});
  test::expect_pixels(
      decode(process_14, encode(frame, narrow, {.precision = 8}), make_layout(37, 29, 16)),
      expected);
}

TEST(JpegLossless, ToleratesPaddingAndAMissingEndMarker) {
  const auto layout = make_layout(37, 29, 16);
  const Bytes frame = known_frame(layout, 16);
  Bytes stream = encode(frame, layout, {});
  stream.push_back(0);
  test::expect_pixels(decode(process_14, stream, layout), frame);
  test::drop_last(stream, 3);
  test::expect_pixels(decode(process_14, stream, layout), frame);
  stream.push_back(0);
  test::expect_pixels(decode(process_14, stream, layout), frame);
}

// Codes that damage has changed mostly take more or less of the data than there are.
TEST(JpegLossless, RefusesDataThatAreLeftOver) {
  const PixelLayout layout = make_layout(23, 12, 16);
  for (const unsigned restart_rows : {0U, 4U}) {
    Bytes stream =
        Encoder(known_frame(layout, 16), layout, {.restart_rows = restart_rows}).encode();
    const Bytes marker{0xFF, static_cast<std::uint8_t>(restart_rows == 0 ? 0xD9 : 0xD0)};
    const auto end = std::search(stream.begin(), stream.end(), marker.begin(), marker.end());
    ASSERT_NE(end, stream.end());
    stream.insert(end, 0x55);
    test::expect_refusal(decode(process_14, stream, layout), "left over");
  }
}

TEST(JpegLossless, RefusesARestartMarkerOutOfOrder) {
  const auto layout = make_layout(37, 29, 16);
  Bytes stream = encode(known_frame(layout, 16), layout, {.restart_rows = 5});
  const std::array<std::uint8_t, 2> second = {0xFF, 0xD1};
  const auto at = std::search(stream.begin(), stream.end(), second.begin(), second.end());
  ASSERT_NE(at, stream.end());
  *(at + 1) = 0xD5;
  test::expect_refusal(decode(process_14, stream, layout), "JPEG marker 213");
}

TEST(JpegLossless, RefusesAHuffmanTableWithTooManyCodes) {
  const auto layout = make_layout(37, 29, 16);
  Bytes stream = encode(known_frame(layout, 16), layout, {});
  const std::array<std::uint8_t, 2> dht = {0xFF, 0xC4};
  const auto at = std::search(stream.begin(), stream.end(), dht.begin(), dht.end());
  ASSERT_NE(at, stream.end());
  *(at + 5) = 3;   // three codes of one bit,
  *(at + 20) = 0;  // with as many values as before, nearly
  test::expect_refusal(decode(process_14, stream, layout), "Huffman table");
}

TEST(JpegLossless, SurvivesDamage) {
  const auto layout = make_layout(40, 30, 16);
  const Bytes stream = encode(known_frame(layout, 12), layout, {.predictor = 5, .restart_rows = 7});
  test::expect_truncation_is_refused(process_14, stream, layout, 2);
  test::expect_damage_is_survived(process_14, stream, layout, 2000);
  const auto colour = make_layout(40, 30, 8, 3);
  const Bytes scans = encode(known_frame(colour, 8), colour,
                             {.precision = 8, .predictor = 6, .one_scan_a_component = true});
  test::expect_truncation_is_refused(process_14, scans, colour, 2);
  test::expect_damage_is_survived(process_14, scans, colour, 2000);
}

}  // namespace
}  // namespace dcmflow
