#pragma once
// Which high-throughput JPEG 2000 codestreams OpenJPH may be given (ISO/IEC 15444-1 annex A,
// 15444-15 annex A). Pure; thread-safe; no Problems.

#include <cstdint>
#include <span>

#include "stages/dicom_types.h"

namespace dcmflow {

// Whether all of the codestream but what is in its blocks is what OpenJPH 0.9 reads soundly: one
// tile over the whole image, components that are alike and not subsampled, one layer (of more it
// reads the first alone), the reversible wavelet (its floating point differs from OpenJPEG's),
// blocks of high throughput alone, one precinct for each resolution of each component, as many
// quantisation steps as there are subbands, no segment that changes what others say; and tile-parts
// and packets in order, which end where the codestream does (htj2k_packets.h). Others would end the
// process there, or write beyond its buffers. REQUIRES: find_jpeg_2000_codestream() gave it.
bool suits_openjph(std::span<const std::uint8_t> codestream, const PixelLayout& layout);

}  // namespace dcmflow
