#pragma once
// Lossless JPEG with Huffman coding (ISO/IEC 10918-1 annex H, process 14): all predictors, point
// transform, restart intervals, interleaved scans and one scan a component. Thread-safe on distinct
// samples.

#include <cstdint>
#include <span>

#include "stages/codecs/jpeg_markers.h"

namespace dcmflow {

// Decodes `image`, whose frame header is `header`, into `samples`: interleaved by pixel, one byte
// each when the precision is at most 8, else two, little endian. REQUIRES: rows, columns and
// components are at least 1 and `samples` has exactly their size. Strict: a code that is not in its
// table, data that end early, or a component without a scan is Problem{decode_failed}.
Status decode_jpeg_lossless(std::span<const std::uint8_t> image, const JpegFrameHeader& header,
                            std::span<std::uint8_t> samples);

}  // namespace dcmflow
