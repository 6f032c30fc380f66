#pragma once
// Markers before and behind the packet headers of a JPEG 2000 codestream (SOP, EPH; ISO/IEC 15444-1
// A.8). Pure; thread-safe; no Problems.

#include <cstdint>
#include <span>
#include <vector>

namespace dcmflow {

// The codestream without the markers that its COD announces, as if there never were any; empty
// where it announces none, where its blocks are not of high throughput, or where its tile-parts do
// not follow each other from the main header to EOC. No encoder writes the bytes of these markers
// anywhere else (A.1). REQUIRES: `codestream` starts with SOC.
std::vector<std::uint8_t> without_packet_markers(std::span<const std::uint8_t> codestream);

}  // namespace dcmflow
