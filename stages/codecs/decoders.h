#pragma once
// The decoders that the table in codecs.cpp names, one file each; each is a DecodeFrame (see
// codecs.h for the contract: Problem{decode_failed}, thread-safe).

#include <cstdint>
#include <span>
#include <string_view>

#include "stages/dicom_types.h"

namespace dcmflow {

// The native frame as it is (PS3.5 A.4.11), or deflated by itself, as raw deflate (A.4.12); with a
// byte behind it where its length is odd. Planes and YBR_FULL become interleaved RGB.
Status decode_uncompressed(std::span<const std::uint8_t> compressed, const PixelLayout& layout,
                           std::string_view photometric_interpretation,
                           std::span<std::uint8_t> frame);
Status decode_deflated_frame(std::span<const std::uint8_t> compressed, const PixelLayout& layout,
                             std::string_view photometric_interpretation,
                             std::span<std::uint8_t> frame);

// PS3.5 annex G.
Status decode_rle(std::span<const std::uint8_t> compressed, const PixelLayout& layout,
                  std::string_view photometric_interpretation, std::span<std::uint8_t> frame);

// ISO/IEC 10918-1: baseline, extended, progressive and lossless. The codestream says which; the
// transfer syntax is not asked.
Status decode_jpeg(std::span<const std::uint8_t> compressed, const PixelLayout& layout,
                   std::string_view photometric_interpretation, std::span<std::uint8_t> frame);

// By the rules of JPEG files, of lossy images of three components: a JFIF marker, the transform of
// an Adobe marker, chrominance with fewer samples, components named R, G and B.
std::string_view jpeg_colour(std::span<const std::uint8_t> compressed);

// ISO/IEC 14495-1, lossless and near-lossless.
Status decode_jpeg_ls(std::span<const std::uint8_t> compressed, const PixelLayout& layout,
                      std::string_view photometric_interpretation, std::span<std::uint8_t> frame);

// ISO/IEC 15444-1 and 15444-15 (high throughput), reversible or not; a JP2 file around the
// codestream is tolerated.
Status decode_jpeg_2000(std::span<const std::uint8_t> compressed, const PixelLayout& layout,
                        std::string_view photometric_interpretation, std::span<std::uint8_t> frame);

}  // namespace dcmflow
