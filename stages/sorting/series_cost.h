#pragma once
// What it takes to make the images of a series: for sharing series among processes. No output
// depends on it.

#include <cstdint>

#include "stages/dicom_types.h"

namespace dcmflow {

// CPU time in ns, on the machine of docs/speed.md, of opening and reading the files, decoding,
// writing, and compressing where the format does; at most 1e15. Pure; thread-safe. No Problems.
std::uint64_t series_cost(const Series& series, bool is_compressed);

}  // namespace dcmflow
