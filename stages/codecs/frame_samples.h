#pragma once
// What every decoder does with its frame: compares the codestream's shape with the layout before
// anything is allocated, and brings the samples into the one form that DecodeFrame promises.
// Problem{decode_failed}, without subject, for what does not fit. Thread-safe on distinct frames.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "stages/dicom_types.h"

namespace dcmflow {

inline void append_part(std::string& text, std::string_view part) { text += part; }
inline void append_part(std::string& text, std::uint64_t number) { text += std::to_string(number); }

// Problem{decode_failed} whose detail is the parts in a row; texts and unsigned numbers.
template <class... Parts>
Problem decode_problem(const Parts&... parts) {
  Problem problem{Reason::decode_failed, "", ""};
  (append_part(problem.detail, parts), ...);
  return problem;
}

// What a codestream's own header says of the image.
struct StreamShape {
  std::string_view codec;  // for messages, e.g. "JPEG-LS"
  std::uint32_t columns = 0;
  std::uint32_t rows = 0;
  std::uint32_t components = 0;
  std::uint32_t bits = 0;  // per sample
};

// The layout is one that decoders know (8, 16 or 32 bits allocated, 1 or 3 samples, no empty side)
// and `frame` has its size.
Status check_layout(const PixelLayout& layout, std::uint64_t frame_size);

// Columns, rows and components equal the layout's, and a sample fits bits_allocated.
Status check_shape(const StreamShape& stream, const PixelLayout& layout);

// Where a decoder that writes `sample_bytes` a sample puts its output, so that widen_samples can
// spread it in place.
std::span<std::uint8_t> packed_samples(std::span<std::uint8_t> frame, const PixelLayout& layout,
                                       std::size_t sample_bytes);

// Spreads the little-endian samples in packed_samples() over the whole frame, zero-extended to
// bits_allocated.
void widen_samples(std::span<std::uint8_t> frame, const PixelLayout& layout,
                   std::size_t sample_bytes);

// Planes one after the other (R R … G G … B B …) → samples by pixel (R G B R G B …), of 1, 2 or
// 4 bytes each. Both have the same size.
void interleave_planes(std::span<const std::uint8_t> planes, std::size_t plane_count,
                       std::size_t sample_bytes, std::span<std::uint8_t> frame);

// Turns YBR_FULL and YBR_FULL_422 samples (interleaved, already at full resolution) into RGB in
// place (PS3.3 C.7.6.3.1.2). Leaves every other photometric interpretation alone. Refuses YBR with
// other than 8 bits allocated.
Status convert_ybr_full(std::string_view photometric_interpretation, const PixelLayout& layout,
                        std::span<std::uint8_t> frame);

}  // namespace dcmflow
