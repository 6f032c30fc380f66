#pragma once
// Lossless JPEG-LS of one component, which is what archives hold (ISO/IEC 14495-1, NEAR = 0), by
// our own decoder. ARCHITECTURE.md has the figures. Pure; thread-safe. No Problems.

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace dcmflow {

// The preset coding parameters (C.2.4.1.1), with a MAXVAL of 2^bits - 1.
struct JpegLsCoding {
  unsigned bits = 0;                         // of a sample
  std::array<std::int32_t, 3> thresholds{};  // T1, T2, T3
  std::int32_t reset = 0;                    // RESET

  // The defaults for so many bits (C.2.4.1.1.1). REQUIRES: 2 to 16.
  static JpegLsCoding of_bits(unsigned bits);
};

// The parameters are as the standard allows, and small enough for decode_jpeg_ls_grey().
bool is_usable(const JpegLsCoding& coding);

// The samples of the scan, of one byte each up to 8 bits, else of two, little endian, row by row.
// False where the scan is not, to its last bit, what an encoder makes: then they are of no use.
// `scan`: what lies between SOS and the marker behind it. REQUIRES: is_usable(coding), 1 to 65,535
// columns, and `samples` has whole rows.
bool decode_jpeg_ls_grey(std::span<const std::uint8_t> scan, const JpegLsCoding& coding,
                         std::size_t columns, std::span<std::uint8_t> samples);

}  // namespace dcmflow
