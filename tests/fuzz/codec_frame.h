#pragma once
// Frames for the targets of the codecs, and what codec_fuzz.cpp reads behind their codestreams.

#include <cstdint>
#include <string>
#include <string_view>

#include "test-data/encode_frame.h"
#include "tests/fuzz/inputs.h"

namespace dcmflow::fuzz {

// One frame for a codec.
struct CodecFrame {
  unsigned columns = 9, rows = 7;
  unsigned bits_allocated = 16, bits_stored = 16, samples = 1;
  bool is_signed = false;
  std::string photometric_interpretation = "MONOCHROME2";
  bool is_planar = false;
};

Bytes pixels_of(const CodecFrame& frame);
FrameShape shape_of(const CodecFrame& frame);

// What DicomBuilder encodes of a frame. Throws std::runtime_error when that is no fragment.
Bytes codestream_of(const CodecFrame& frame, std::string_view uid);

// The first place of FF `marker`. Throws std::runtime_error when it is nowhere.
Bytes::iterator find_marker(Bytes& stream, std::uint8_t marker);

void add_codec(const Inputs& inputs, const std::string& target, const std::string& name,
               const CodecFrame& frame, Bytes codestream);

inline const CodecFrame grey16;
inline const CodecFrame grey12{.bits_stored = 12};
inline const CodecFrame grey8{.bits_allocated = 8, .bits_stored = 8};
inline const CodecFrame signed12{.bits_stored = 12, .is_signed = true};
inline const CodecFrame colour{
    .bits_allocated = 8, .bits_stored = 8, .samples = 3, .photometric_interpretation = "RGB"};

}  // namespace dcmflow::fuzz
