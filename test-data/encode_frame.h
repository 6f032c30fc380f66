#pragma once
// Encoders of one frame that DCMTK has not, or not safely.

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

// All REQUIRE: bits_allocated is 8 or 16, samples is 1 or 3, `frame` holds columns × rows × samples
// of them, each with its stored bits lowest. All throw std::runtime_error when the encoder fails.

// JPEG 2000 code streams from OpenJPEG (PS3.5 A.4.4); the second is irreversible at about 10 : 1.
std::vector<std::uint8_t> encode_jpeg_2000_lossless(std::span<const std::uint8_t> frame,
                                                    const FrameShape& shape);
std::vector<std::uint8_t> encode_jpeg_2000(std::span<const std::uint8_t> frame,
                                           const FrameShape& shape);

// High-throughput JPEG 2000 code streams from OpenJPH (ISO/IEC 15444-15): the second in order of
// resolution, with the length of its tile-part in the main header; the third irreversible, in steps
// of four stored values. The same bytes each time only where columns are a multiple of 8.
std::vector<std::uint8_t> encode_htj2k_lossless(std::span<const std::uint8_t> frame,
                                                const FrameShape& shape);
std::vector<std::uint8_t> encode_htj2k_rpcl(std::span<const std::uint8_t> frame,
                                            const FrameShape& shape);
std::vector<std::uint8_t> encode_htj2k(std::span<const std::uint8_t> frame,
                                       const FrameShape& shape);
// As the first, with packets in another order of progression (LRCP, RLCP, RPCL, PCRL, CPRL), and
// precincts of so many samples a side where it is not 0.
std::vector<std::uint8_t> encode_htj2k_packets(std::span<const std::uint8_t> frame,
                                               const FrameShape& shape, const char* progression,
                                               std::uint32_t precinct = 0);

// JPEG-LS streams from CharLS (PS3.5 A.4.3); in the second a stored value is off by 2 at most. Not
// by DCMTK: its library and CharLS export the same C functions with different structures, so that
// in a program that has both, DCMTK may call CharLS.
std::vector<std::uint8_t> encode_jpeg_ls(std::span<const std::uint8_t> frame,
                                         const FrameShape& shape);
std::vector<std::uint8_t> encode_jpeg_ls_near(std::span<const std::uint8_t> frame,
                                              const FrameShape& shape);

}  // namespace dcmflow
