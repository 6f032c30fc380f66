#pragma once
// Whether OpenJPEG may be given a codestream with high-throughput blocks (ISO/IEC 15444-15).

#include <cstdint>
#include <span>

#include "stages/dicom_types.h"

namespace dcmflow {

// OpenJPEG 2.5.0 ends the process when it reads 0xFF and then more than 0x8F in a high-throughput
// block, which no encoder writes: it would be a marker (ISO/IEC 15444-1 A.1). Refuses
// (decode_failed) a codestream that has such blocks, or might have, and in which two such bytes
// could meet: anywhere behind a tile-part's header, or across two tile-parts or layers. Codestreams
// without such blocks pass unseen. REQUIRES: `codestream` starts with SOC. Thread-safe.
Status check_high_throughput(std::span<const std::uint8_t> codestream);

}  // namespace dcmflow
