#pragma once
// The table of transfer syntaxes: UID → name → the function that decodes one frame. Syntaxes
// without a function are listed too, so that a refusal can name them. A new codec is one file with
// one function, and one row in codecs.cpp.

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "stages/dicom/byte_source.h"
#include "stages/dicom_types.h"

namespace dcmflow {

// Decodes one compressed frame into native pixels: `frame` of layout.frame_bytes() bytes, little
// endian, samples interleaved (planar 0), samples in the low `bits_allocated` bits as the codec
// gives them. Packed cells (1 bit) occur only where the transfer syntax keeps them packed: then the
// frame begins at its first byte. Returns Problem{decode_failed} with what was wrong
// and both numbers; subject is left empty for the caller. Thread-safe, reentrant. Never reads
// outside `compressed` nor writes outside `frame`, whatever the bytes.
using DecodeFrame = Status (*)(std::span<const std::uint8_t> compressed, const PixelLayout& layout,
                               std::string_view photometric_interpretation,
                               std::span<std::uint8_t> frame);

// The Photometric Interpretation of the samples that `decode` finds in a frame of three components,
// as the codestream itself says it; "" where it says nothing. Thread-safe.
using ColourOfStream = std::string_view (*)(std::span<const std::uint8_t> compressed);

struct TransferSyntax {
  std::string_view uid;
  std::string_view name;  // PS3.6 A-1, e.g. "JPEG-LS Lossless"
  bool encapsulated = false;
  bool lossy = false;
  DecodeFrame decode = nullptr;     // nullptr: native, or (when encapsulated) not supported
  bool keeps_packing = false;       // decodes bytes, not samples: packed cells stay packed
  ColourOfStream colour = nullptr;  // nullptr: the header alone says it
};

std::span<const TransferSyntax> transfer_syntaxes();
const TransferSyntax* find_transfer_syntax(std::string_view uid);  // nullptr when unknown

// Where the frames of an encapsulated Pixel Data value lie (PS3.5 A.4): for each frame its
// fragments, as offset and length in the value, which starts at the Basic Offset Table item. Uses
// that table when it is consistent, one fragment a frame when the counts agree (always so beside an
// Extended Offset Table), all fragments when there is one frame; else looks for the start or end of
// each codestream. Reads the headers of the items, and never what is between them but for that.
// Missing sequence delimiter and trailing bytes are tolerated; a fragment that leaves the value is
// Problem{pixel_data_short}, unless only reading tells where the file ends. REQUIRES: pixels.kind
// is encapsulated.
struct Fragment {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;
};
using FrameFragments = std::vector<Fragment>;
Result<std::vector<FrameFragments>> find_frames(ByteSource& file, const PixelData& pixels);

}  // namespace dcmflow
