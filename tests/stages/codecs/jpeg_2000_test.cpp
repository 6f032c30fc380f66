#include <gtest/gtest.h>
#include <openjpeg.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

#include "tests/stages/codecs/sample_frames.h"

namespace dcmflow {
namespace {

using test::Bytes;
using test::decode;
using test::known_frame;
using test::make_layout;

constexpr std::string_view reversible = "1.2.840.10008.1.2.4.90";
constexpr std::string_view any_jpeg_2000 = "1.2.840.10008.1.2.4.91";

struct Choices {
  unsigned bits = 8;
  bool is_signed = false;
  bool colour_transform = false;
  int tile = 0;  // edge; 0: one tile
  bool irreversible = false;
  int precinct = 0;  // edge; 0: the largest
  OPJ_CODEC_FORMAT format = OPJ_CODEC_J2K;
};

struct Sink {
  Bytes bytes;
  std::size_t position = 0;
};

OPJ_SIZE_T write_sink(void* buffer, OPJ_SIZE_T count, void* user) {
  auto& sink = *static_cast<Sink*>(user);
  sink.bytes.resize(std::max(sink.bytes.size(), sink.position + count));
  std::memcpy(sink.bytes.data() + sink.position, buffer, count);
  sink.position += count;
  return count;
}
OPJ_OFF_T skip_sink(OPJ_OFF_T count, void* user) {
  auto& sink = *static_cast<Sink*>(user);
  sink.position += static_cast<std::size_t>(count);
  sink.bytes.resize(std::max(sink.bytes.size(), sink.position));
  return count;
}
OPJ_BOOL seek_sink(OPJ_OFF_T position, void* user) {
  static_cast<Sink*>(user)->position = static_cast<std::size_t>(position);
  return OPJ_TRUE;
}

std::int32_t sample_at(const Bytes& frame, const PixelLayout& layout, std::size_t i,
                       bool is_signed) {
  std::uint32_t value = 0;
  const std::size_t sample_bytes = layout.bits_allocated / 8;
  std::memcpy(&value, frame.data() + i * sample_bytes, sample_bytes);
  const unsigned shift = 32U - layout.bits_allocated;
  return is_signed ? static_cast<std::int32_t>(value << shift) >> shift
                   : static_cast<std::int32_t>(value);
}

opj_image_t* make_image(const Bytes& frame, const PixelLayout& layout, const Choices& choices) {
  std::vector<opj_image_cmptparm_t> components(layout.samples_per_pixel);
  for (auto& component : components) {
    component = {};
    component.dx = component.dy = 1;
    component.w = layout.columns;
    component.h = layout.rows;
    component.prec = choices.bits;
    component.sgnd = choices.is_signed ? 1 : 0;
  }
  const std::uint32_t n = layout.samples_per_pixel;
  opj_image_t* image =
      opj_image_create(n, components.data(), n == 3 ? OPJ_CLRSPC_SRGB : OPJ_CLRSPC_GRAY);
  image->x1 = layout.columns;
  image->y1 = layout.rows;
  for (std::size_t i = 0; i < layout.frame_voxels() * n; ++i) {
    image->comps[i % n].data[i / n] = sample_at(frame, layout, i, choices.is_signed);
  }
  return image;
}

Bytes encode(const Bytes& frame, const PixelLayout& layout, const Choices& choices) {
  opj_cparameters_t parameters;
  opj_set_default_encoder_parameters(&parameters);
  parameters.numresolution = 3;
  parameters.tcp_mct = choices.colour_transform ? 1 : 0;
  parameters.irreversible = choices.irreversible ? 1 : 0;
  parameters.tcp_numlayers = 1;
  parameters.tcp_rates[0] = choices.irreversible ? 4 : 0;
  parameters.cp_disto_alloc = 1;
  if (choices.tile > 0) {
    parameters.tile_size_on = OPJ_TRUE;
    parameters.cp_tdx = parameters.cp_tdy = choices.tile;
  }
  if (choices.precinct > 0) {
    parameters.csty |= 1;
    parameters.res_spec = 3;
    std::fill_n(parameters.prcw_init, 3, choices.precinct);
    std::fill_n(parameters.prch_init, 3, choices.precinct);
  }
  opj_image_t* image = make_image(frame, layout, choices);
  opj_codec_t* codec = opj_create_compress(choices.format);
  opj_stream_t* stream = opj_stream_default_create(OPJ_FALSE);
  Sink sink;
  opj_stream_set_user_data(stream, &sink, nullptr);
  opj_stream_set_write_function(stream, write_sink);
  opj_stream_set_skip_function(stream, skip_sink);
  opj_stream_set_seek_function(stream, seek_sink);
  EXPECT_TRUE(opj_setup_encoder(codec, &parameters, image) == OPJ_TRUE &&
              opj_start_compress(codec, image, stream) == OPJ_TRUE &&
              opj_encode(codec, stream) == OPJ_TRUE && opj_end_compress(codec, stream) == OPJ_TRUE);
  opj_stream_destroy(stream);
  opj_destroy_codec(codec);
  opj_image_destroy(image);
  return sink.bytes;
}

void set_u32(Bytes& bytes, std::size_t offset, std::uint32_t value) {
  for (std::size_t i = 0; i < 4; ++i) {
    bytes[offset + i] = static_cast<std::uint8_t>(value >> (24 - 8 * i));
  }
}

TEST(Jpeg2000, GivesBackEveryPixelForEveryDepth) {
  for (const unsigned bits : {8U, 12U, 16U, 20U}) {
    SCOPED_TRACE(bits);
    const auto allocated = static_cast<std::uint16_t>(bits <= 8 ? 8 : bits <= 16 ? 16 : 32);
    const auto layout = make_layout(61, 43, allocated);
    const Bytes frame = known_frame(layout, bits);
    test::expect_pixels(decode(reversible, encode(frame, layout, {.bits = bits}), layout), frame);
  }
}

TEST(Jpeg2000, GivesBackSignedPixels) {
  for (const std::uint16_t bits : {std::uint16_t{8}, std::uint16_t{16}}) {
    const auto layout = make_layout(61, 43, bits);
    const Bytes frame = known_frame(layout, bits);
    const Bytes stream = encode(frame, layout, {.bits = bits, .is_signed = true});
    test::expect_pixels(decode(reversible, stream, layout), frame);
  }
}

TEST(Jpeg2000, ExtendsTheSignOfASignedStreamOfFewerBits) {
  const auto narrow = make_layout(61, 43, 8);
  const Bytes frame = known_frame(narrow, 8);
  Bytes expected;
  for (const auto sample : frame) {
    expected.insert(expected.end(), {sample, static_cast<std::uint8_t>(sample < 128 ? 0 : 0xFF)});
  }
  const Bytes stream = encode(frame, narrow, {.bits = 8, .is_signed = true});
  test::expect_pixels(decode(reversible, stream, make_layout(61, 43, 16)), expected);
}

TEST(Jpeg2000, GivesBackColourWithAndWithoutTheColourTransform) {
  const auto layout = make_layout(61, 43, 8, 3);
  const Bytes frame = known_frame(layout, 8);
  const Bytes plain = encode(frame, layout, {});
  const Bytes transformed = encode(frame, layout, {.colour_transform = true});
  EXPECT_NE(plain, transformed);
  test::expect_pixels(decode(reversible, plain, layout, "RGB"), frame);
  test::expect_pixels(decode(reversible, transformed, layout, "YBR_RCT"), frame);
}

TEST(Jpeg2000, PutsTilesTogether) {
  const auto layout = make_layout(61, 43, 16);
  const Bytes frame = known_frame(layout, 16);
  test::expect_pixels(decode(reversible, encode(frame, layout, {.bits = 16, .tile = 16}), layout),
                      frame);
}

TEST(Jpeg2000, DecodesIrreversibleStreams) {
  const auto layout = make_layout(61, 43, 8);
  Bytes frame(layout.frame_bytes());
  for (std::size_t i = 0; i < frame.size(); ++i) {
    frame[i] = static_cast<std::uint8_t>(2 * (i % 61) + i / 61);
  }
  const auto decoded = decode(any_jpeg_2000, encode(frame, layout, {.irreversible = true}), layout);
  ASSERT_TRUE(decoded.status.ok()) << decoded.status.problem().detail;
  int largest = 0;
  for (std::size_t i = 0; i < frame.size(); ++i) {
    largest = std::max(largest, std::abs(int{frame[i]} - int{decoded.frame[i]}));
  }
  EXPECT_LE(largest, 12);
}

TEST(Jpeg2000, FindsTheCodestreamInAJp2File) {
  const auto layout = make_layout(61, 43, 16);
  const Bytes frame = known_frame(layout, 12);
  const Bytes file = encode(frame, layout, {.bits = 12, .format = OPJ_CODEC_JP2});
  ASSERT_EQ(file[3], 12);
  test::expect_pixels(decode(reversible, file, layout), frame);
  test::expect_truncation_is_refused(reversible, file, layout, 2);
}

TEST(Jpeg2000, ToleratesAMissingEndMarkerAndACommentBeforeIt) {
  const auto layout = make_layout(61, 43, 16);
  const Bytes frame = known_frame(layout, 12);
  Bytes stream = encode(frame, layout, {.bits = 12});
  test::drop_last(stream, 2);
  test::expect_pixels(decode(reversible, stream, layout), frame);
  stream.insert(stream.end(), {0xFF, 0x64, 0, 7, 0, 1, 'P', 'A', 'D', 0xFF, 0xD9});
  test::expect_pixels(decode(reversible, stream, layout), frame);
}

TEST(Jpeg2000, RefusesAnotherShapeThanTheLayout) {
  const auto layout = make_layout(20, 10, 16);
  const Bytes stream = encode(known_frame(layout, 12), layout, {.bits = 12});
  test::expect_refusal(decode(reversible, stream, make_layout(10, 20, 16)),
                       "has 20 columns and 10 rows; expected 10 and 20");
  test::expect_refusal(decode(reversible, stream, make_layout(20, 10, 16, 3)),
                       "has 1 components; expected 3");
  test::expect_refusal(decode(reversible, stream, make_layout(20, 10, 8)),
                       "has 12 bits a sample; expected 1 to 8");
}

TEST(Jpeg2000, RefusesMillionsOfTiles) {
  const auto layout = make_layout(2000, 2000, 8);
  const auto small = make_layout(20, 20, 8);
  Bytes stream = encode(known_frame(small, 8), small, {});
  set_u32(stream, 8, 2000);
  set_u32(stream, 12, 2000);
  set_u32(stream, 24, 1);
  set_u32(stream, 28, 1);
  test::expect_refusal(decode(reversible, stream, layout), "in 4000000 tiles; expected 1 to 4096");
}

TEST(Jpeg2000, RefusesPrecinctsOfAPixel) {
  const auto layout = make_layout(400, 300, 8);
  const Bytes frame = known_frame(layout, 8);
  Bytes stream = encode(frame, layout, {.precinct = 64});
  test::expect_pixels(decode(reversible, stream, layout), frame);
  const std::array<std::uint8_t, 3> precincts_64 = {0x66, 0x66, 0x66};
  const auto at =
      std::search(stream.begin(), stream.end(), precincts_64.begin(), precincts_64.end());
  ASSERT_NE(at, stream.end());
  std::fill_n(at, 3, 0x00);
  // 400 × 300, 200 × 150 and 100 × 75 of them
  test::expect_refusal(decode(reversible, stream, layout),
                       "in 157500 precincts; expected at most 69286");
}

TEST(Jpeg2000, RefusesASubsampledComponent) {
  const auto layout = make_layout(20, 10, 8);
  Bytes stream = encode(known_frame(layout, 8), layout, {});
  stream[43] = 2;  // XRsiz
  test::expect_refusal(decode(reversible, stream, layout),
                       "has 10 columns and 10 rows; expected 20 and 10");
}

TEST(Jpeg2000, RefusesWhatIsNoCodestream) {
  const auto layout = make_layout(20, 10, 8);
  test::expect_refusal(decode(reversible, {}, layout), "codestream of 0 bytes");
  test::expect_refusal(decode(reversible, Bytes(100), layout), "codestream of 100 bytes");
}

TEST(Jpeg2000, SurvivesDamage) {
  const auto layout = make_layout(40, 30, 16);
  const Bytes stream = encode(known_frame(layout, 12), layout, {.bits = 12});
  test::expect_truncation_is_refused(reversible, stream, layout, 2);
  test::expect_damage_is_survived(reversible, stream, layout, 500);
  const auto colour = make_layout(40, 30, 8, 3);
  const Choices tiled{.colour_transform = true, .tile = 16};
  test::expect_damage_is_survived(reversible, encode(known_frame(colour, 8), colour, tiled), colour,
                                  500);
}

}  // namespace
}  // namespace dcmflow
