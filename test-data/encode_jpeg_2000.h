#pragma once
// JPEG 2000 code streams from OpenJPEG (ISO/IEC 15444-1; PS3.5 A.4.4).

#include <cstdint>
#include <span>
#include <vector>

namespace dcmflow {

// The shape of one uncompressed frame, interleaved samples, little endian.
struct FrameShape {
  unsigned columns = 0, rows = 0, samples = 1;
  unsigned bits_allocated = 16, bits_stored = 16;
  bool is_signed = false;
};

// REQUIRES: bits_allocated is 8 or 16, `frame` holds columns × rows × samples of them.
// Throws std::runtime_error when the encoder fails. Lossy is irreversible at about 10 : 1.
std::vector<std::uint8_t> encode_jpeg_2000(std::span<const std::uint8_t> frame,
                                           const FrameShape& shape, bool lossless);

}  // namespace dcmflow
