// Codestreams for the targets of the codecs but JPEG.

#include <algorithm>
#include <array>
#include <random>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include "test-data/dicom_builder.h"
#include "tests/fuzz/codec_frame.h"

namespace dcmflow::fuzz {
namespace {

namespace syntax = dcmflow::transfer_syntax;

// What codec_fuzz.cpp reads from the end.
Bytes layout_of(const CodecFrame& frame) {
  constexpr std::array<unsigned, 4> allocated{8, 16, 32, 1};
  const std::array<std::string, 4> photometric{"MONOCHROME2", "RGB", "YBR_FULL", "YBR_FULL_422"};
  return {static_cast<std::uint8_t>(frame.columns - 1),
          static_cast<std::uint8_t>(frame.rows - 1),
          static_cast<std::uint8_t>(index_of(allocated, frame.bits_allocated) |
                                    (frame.samples == 3 ? 4U : 0U) | (frame.is_signed ? 8U : 0U) |
                                    (frame.is_planar ? 16U : 0U)),
          static_cast<std::uint8_t>(frame.bits_stored - 1),
          static_cast<std::uint8_t>(index_of(photometric, frame.photometric_interpretation)),
          0};
}

// One stored block (RFC 1951 3.2.4).
Bytes deflated(const Bytes& bytes) {
  const auto size = static_cast<std::uint16_t>(bytes.size());
  const auto low = static_cast<std::uint8_t>(size);
  const auto high = static_cast<std::uint8_t>(size >> 8);
  Bytes block{1, low, high, static_cast<std::uint8_t>(~low), static_cast<std::uint8_t>(~high)};
  block.insert(block.end(), bytes.begin(), bytes.end());
  return block;
}

void add_uncompressed(const Inputs& inputs) {
  CodecFrame planes = colour;
  planes.is_planar = true;
  planes.photometric_interpretation = "YBR_FULL";
  CodecFrame wide_planes = planes;
  wide_planes.bits_allocated = wide_planes.bits_stored = 32;
  for (const auto& [name, frame] : {std::pair{"frame", grey16}, std::pair{"colour", colour},
                                    std::pair{"planes", planes}, std::pair{"wide", wide_planes}}) {
    add_codec(inputs, "uncompressed", name, frame, pixels_of(frame));
    add_codec(inputs, "deflated_frame", std::string("stored_") + name, frame,
              deflated(pixels_of(frame)));
  }
}

void add_rle(const Inputs& inputs) {
  CodecFrame grey32 = grey16;
  grey32.bits_allocated = grey32.bits_stored = 32;
  CodecFrame ybr = colour;
  ybr.photometric_interpretation = "YBR_FULL";
  CodecFrame large = grey8;  // more than a block
  large.columns = 80;
  large.rows = 40;
  CodecFrame bits = grey8;
  bits.columns = bits.rows = 8;
  bits.bits_allocated = bits.bits_stored = 1;
  const CodecFrame bytes_of_bits{.columns = 8, .rows = 1, .bits_allocated = 8, .bits_stored = 8};
  for (const auto& [name, frame] :
       {std::pair{"frame", grey16}, std::pair{"grey8", grey8}, std::pair{"grey32", grey32},
        std::pair{"colour", colour}, std::pair{"ybr", ybr}, std::pair{"large", large}})
    add_codec(inputs, "rle", name, frame, codestream_of(frame, syntax::rle));
  add_codec(inputs, "rle", "bits", bits, codestream_of(bytes_of_bits, syntax::rle));
}

void add_newer_codecs(const Inputs& inputs) {
  using Encode = Bytes (*)(std::span<const std::uint8_t>, const FrameShape&);
  struct Encoder {
    const char* target;
    const char* name;
    Encode encode;
  };
  constexpr Encoder encoders[] = {{"jpeg_ls", "lossless", encode_jpeg_ls},
                                  {"jpeg_ls", "near", encode_jpeg_ls_near},
                                  {"jpeg_2000", "lossless", encode_jpeg_2000_lossless},
                                  {"jpeg_2000", "lossy", encode_jpeg_2000},
                                  {"jpeg_2000", "htj2k", encode_htj2k_lossless},
                                  {"jpeg_2000", "htj2k_rpcl", encode_htj2k_rpcl},
                                  {"jpeg_2000", "htj2k_lossy", encode_htj2k}};
  for (const auto& encoder : encoders)
    for (auto [name, frame] : {std::pair{"", grey16}, std::pair{"_12", grey12},
                               std::pair{"_8", grey8}, std::pair{"_colour", colour}}) {
      frame.columns = 8;
      add_codec(inputs, encoder.target, encoder.name + std::string(name), frame,
                encoder.encode(pixels_of(frame), shape_of(frame)));
    }
  // A zero before the end marker fills up to an even length.
  auto padded = encode_jpeg_ls(pixels_of(grey8), shape_of(grey8));
  padded.insert(padded.end() - 2, 0);
  add_codec(inputs, "jpeg_ls", "padded", grey8, padded);
}

void add_boxes(const Inputs& inputs) {
  auto grey = grey16;
  grey.columns = 8;
  const auto stream = encode_jpeg_2000_lossless(pixels_of(grey), shape_of(grey));
  Bytes boxed{0,    0,    0, 12, 'j', 'P', ' ', ' ', 0x0D, 0x0A,
              0x87, 0x0A, 0, 0,  0,   0,   'j', 'p', '2',  'c'};
  boxed.insert(boxed.end(), stream.begin(), stream.end());
  add_codec(inputs, "jpeg_2000", "boxed", grey, boxed);
  add_codec(inputs, "jpeg_2000", "cut", grey, Bytes(stream.begin(), stream.begin() + 30));
  auto tiles = stream;  // SIZ: the tile's width and height behind 26 bytes of the segment
  constexpr std::uint8_t siz = 0x51;
  const auto at = find_marker(tiles, siz) + 22;
  std::fill(at, at + 8, 0);
  at[3] = at[7] = 1;
  add_codec(inputs, "jpeg_2000", "tiles", grey, tiles);
}

}  // namespace

Bytes pixels_of(const CodecFrame& frame) {
  Bytes pixels;
  std::mt19937 random(1);
  const auto count = frame.columns * frame.rows * frame.samples;
  for (unsigned i = 0; i < count; ++i) {
    pixels.push_back(static_cast<std::uint8_t>(i % 5 == 0 ? random() : i));
    for (unsigned byte = 1; byte < frame.bits_allocated / 8; ++byte)
      pixels.push_back(static_cast<std::uint8_t>(byte == 1 && frame.bits_stored > 8 ? i % 4 : 0));
  }
  return pixels;
}

FrameShape shape_of(const CodecFrame& frame) {
  return {.columns = frame.columns,
          .rows = frame.rows,
          .samples = frame.samples,
          .bits_allocated = frame.bits_allocated,
          .bits_stored = frame.bits_stored,
          .is_signed = frame.is_signed};
}

Bytes codestream_of(const CodecFrame& frame, std::string_view uid) {
  DicomBuilder file;
  file.set("Columns", std::to_string(frame.columns))
      .set("Rows", std::to_string(frame.rows))
      .set("BitsAllocated", std::to_string(frame.bits_allocated))
      .set("BitsStored", std::to_string(frame.bits_stored))
      .set("HighBit", std::to_string(frame.bits_stored - 1))
      .set("PixelRepresentation", frame.is_signed ? "1" : "0")
      .set("SamplesPerPixel", std::to_string(frame.samples));
  if (frame.samples == 3)
    file.set("PhotometricInterpretation", "RGB").set("PlanarConfiguration", "0");
  const auto bytes = file.pixels(pixels_of(frame)).bytes(uid);
  const Bytes item{0xFE, 0xFF, 0x00, 0xE0};
  auto at = std::find_end(bytes.begin(), bytes.end(), item.begin(), item.end());
  if (bytes.end() - at < 8) throw std::runtime_error("no fragment");
  const Bytes end{0xFE, 0xFF, 0xDD, 0xE0};
  return Bytes(at + 8, std::find_end(at, bytes.end(), end.begin(), end.end()));
}

Bytes::iterator find_marker(Bytes& stream, std::uint8_t marker) {
  const Bytes mark{0xFF, marker};
  const auto at = std::search(stream.begin(), stream.end(), mark.begin(), mark.end());
  if (at == stream.end()) throw std::runtime_error("no such marker");
  return at;
}

void add_codec(const Inputs& inputs, const std::string& target, const std::string& name,
               const CodecFrame& frame, Bytes codestream) {
  const auto layout = layout_of(frame);
  codestream.insert(codestream.end(), layout.begin(), layout.end());
  inputs.add(target, name, codestream);
}

void add_frames(const Inputs& inputs) {
  add_uncompressed(inputs);
  add_rle(inputs);
  add_newer_codecs(inputs);
  add_boxes(inputs);
}

}  // namespace dcmflow::fuzz
