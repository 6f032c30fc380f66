#pragma once
// When the slices of a mosaic were acquired. No Problems.

#include <vector>

#include "stages/dicom_types.h"

namespace dcmflow {

// Milliseconds for each tile of the frame's mosaic, in the order of Instance::frames, from the
// start of the volume (Siemens: some scanners count from another slice, so times can be negative).
// Empty when the frame is no tile, or nothing tells. Pure; thread-safe.
std::vector<double> slice_times_ms(const Frame& frame);

}  // namespace dcmflow
