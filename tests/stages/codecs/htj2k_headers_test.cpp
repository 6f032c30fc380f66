// What OpenJPH is given of the codestreams that another part of it encoded.

#include "stages/codecs/htj2k_headers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <span>

#include "stages/codecs/htj2k.h"
#include "tests/stages/codecs/htj2k_streams.h"

namespace dcmflow {
namespace {

using test::Bytes;
using test::decode;
using test::find_marker;
using test::known_frame;
using test::make_layout;
using test::shape_of;

constexpr std::string_view lossless = "1.2.840.10008.1.2.4.201";

TEST(Htj2kHeaders, SuitOfAnySizeAndDepth) {
  for (const std::uint16_t samples : {std::uint16_t{1}, std::uint16_t{3}})
    for (const auto& [columns, rows] :
         {std::pair{1, 1}, {2, 9}, {7, 1}, {64, 64}, {65, 129}, {200, 130}, {512, 300}})
      for (const unsigned bits : {8U, 12U, 16U}) {
        SCOPED_TRACE(testing::Message() << columns << " x " << rows << ", " << bits << " bits");
        const auto layout =
            make_layout(static_cast<std::uint16_t>(columns), static_cast<std::uint16_t>(rows),
                        bits == 8 ? 8 : 16, samples);
        const Bytes frame = known_frame(layout, bits);
        EXPECT_TRUE(suits_openjph(encode_htj2k_lossless(frame, shape_of(layout, bits)), layout));
        EXPECT_TRUE(suits_openjph(encode_htj2k_rpcl(frame, shape_of(layout, bits)), layout));
        EXPECT_FALSE(suits_openjph(encode_htj2k(frame, shape_of(layout, bits)), layout));
      }
}

TEST(Htj2kHeaders, SuitInEveryOrderOfPacketsWithOnePrecinctEach) {
  for (const std::uint16_t samples : {std::uint16_t{1}, std::uint16_t{3}})
    for (const auto* order : {"LRCP", "RLCP", "RPCL", "PCRL", "CPRL"})
      for (const unsigned precinct : {0U, 256U, 64U}) {
        SCOPED_TRACE(testing::Message() << order << ", precincts of " << precinct);
        const auto layout = make_layout(160, 96, 8, samples);
        const Bytes frame = known_frame(layout, 8);
        const auto stream = encode_htj2k_packets(frame, shape_of(layout, 8), order, precinct);
        EXPECT_EQ(suits_openjph(stream, layout), precinct != 64);
        const auto* colour = samples == 3 ? "YBR_RCT" : "MONOCHROME2";
        test::expect_pixels(decode(lossless, stream, layout, colour), frame);
      }
}

// What OpenJPH is given: with any other header the codestream goes another way.
TEST(Htj2kHeaders, DoNotSuitWithAnotherValue) {
  const auto layout = make_layout(64, 48, 16);
  const Bytes frame = known_frame(layout, 12);
  const Bytes stream = encode_htj2k_lossless(frame, shape_of(layout, 12));
  struct Change {
    const char* what;
    std::uint8_t marker;
    std::ptrdiff_t offset;
    std::uint8_t value;
  };
  for (const auto& [what, marker, offset, value] : {Change{"an origin", 0x51, 17, 1},
                                                    Change{"a tile's width", 0x51, 25, 32},
                                                    Change{"a tile's origin", 0x51, 33, 1},
                                                    Change{"subsampling", 0x51, 41, 2},
                                                    Change{"bits", 0x51, 40, 16},
                                                    Change{"other parts", 0x50, 5, 1},
                                                    Change{"blocks of both kinds", 0x50, 8, 0xFF},
                                                    Change{"SOP", 0x52, 4, 2},
                                                    Change{"precincts", 0x52, 4, 1},
                                                    Change{"progression", 0x52, 5, 5},
                                                    Change{"a colour transform", 0x52, 8, 1},
                                                    Change{"levels", 0x52, 9, 9},
                                                    Change{"block width", 0x52, 10, 9},
                                                    Change{"block height", 0x52, 11, 8},
                                                    Change{"blocks", 0x52, 12, 0},
                                                    Change{"wavelet", 0x52, 13, 0},
                                                    Change{"quantisation", 0x5C, 4, 0x41},
                                                    Change{"exponents", 0x5C, 5, 0xF8},
                                                    Change{"the tile", 0x90, 5, 1},
                                                    Change{"the length", 0x90, 8, 0},
                                                    Change{"the part", 0x90, 10, 1},
                                                    Change{"parts", 0x90, 11, 2}}) {
    Bytes changed = stream;
    ASSERT_NE(find_marker(changed, marker)[offset], value) << what;
    find_marker(changed, marker)[offset] = value;
    EXPECT_FALSE(suits_openjph(changed, layout)) << what;
  }
  for (std::size_t size = 2; size + 2 < stream.size(); size += 7)
    EXPECT_FALSE(suits_openjph(std::span(stream).first(size), layout)) << size;
}

// Lengths of blocks and what comes before them: where they are wrong, the packets do not end where
// the tile-part does.
TEST(Htj2kHeaders, DoNotSuitWhereAPacketHeaderIsDamaged) {
  const auto layout = make_layout(64, 48, 16);
  const Bytes frame = known_frame(layout, 12);
  const Bytes stream = encode_htj2k_lossless(frame, shape_of(layout, 12));
  Bytes changed = stream;
  const auto packets = find_marker(changed, 0x93) + 2 - changed.begin();
  constexpr std::ptrdiff_t first_header = 3;
  for (std::ptrdiff_t bit = 0; bit < 8 * first_header; ++bit) {
    changed = stream;
    changed[static_cast<std::size_t>(packets + bit / 8)] ^=
        static_cast<std::uint8_t>(1U << bit % 8);
    Bytes out(frame.size());
    if (!suits_openjph(changed, layout))
      continue;  // but where zero planes are others: other pixels
    EXPECT_NE(decode_htj2k(changed, layout, out).ok() ? out : Bytes(), frame) << bit;
  }
  changed = stream;
  std::fill_n(changed.begin() + packets, 12, std::uint8_t{0x7F});  // lengths of all bits
  EXPECT_FALSE(suits_openjph(changed, layout));
}

// The same on any memory: OpenJPH works on eight samples at once.
TEST(Htj2kHeaders, ThatSuitGiveTheSamePixelsOrNoneTwice) {
  std::mt19937 random(20261129);
  const auto layout = make_layout(61, 43, 16);
  const Bytes frame = known_frame(layout, 12);
  const Bytes stream = encode_htj2k_lossless(frame, shape_of(layout, 12));
  int decoded = 0;
  for (int i = 0; i < 3000; ++i) {
    Bytes damaged = stream;
    for (int changes = 0; changes < 3; ++changes)
      damaged[90 + random() % (stream.size() - 90)] = static_cast<std::uint8_t>(random());
    if (!suits_openjph(damaged, layout)) continue;
    std::array<Bytes, 2> out{Bytes(frame.size(), 0), Bytes(frame.size(), 0xA5)};
    std::array<bool, 2> done{};
    for (std::size_t k = 0; k < 2; ++k) done[k] = decode_htj2k(damaged, layout, out[k]).ok();
    ASSERT_EQ(done[0], done[1]);
    if (!done[0]) continue;
    ASSERT_EQ(out[0], out[1]);
    ++decoded;
  }
  EXPECT_GT(decoded, 100);
}

}  // namespace
}  // namespace dcmflow
