#pragma once
// When GE's scanners excite the slices of a volume, by their protocol.

#include <vector>

#include "stages/catalog/scan_header.h"

namespace dcmflow {

// Seconds from the first excitation for each of `slices` slices, in the order in which their images
// are numbered. Empty unless the protocol is of functional imaging ("epiRT", or multi-phase without
// variable delays) and says how many slices it has. `repetition` is the volume's. Pure;
// thread-safe.
std::vector<double> ge_slice_times(const ScanHeader& header, std::size_t slices, double repetition);

}  // namespace dcmflow
