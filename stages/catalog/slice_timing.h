#pragma once
// When each slice of a volume was acquired. No Problems.

#include <optional>
#include <string>
#include <vector>

#include "stages/dicom_types.h"

namespace dcmflow {

// Seconds from the earliest slice of the first volume, in slice order. Empty unless it is echo
// planar, every written slice is a frame, and a clock of the header tells the slices apart within
// one Repetition Time. Pure; thread-safe.
std::vector<double> slice_timing(const Stack& stack);

// When the first volume began: "HH:MM:SS.ffffff"; nullopt when a frame of it does not say.
std::optional<std::string> acquisition_time(const Stack& stack);

}  // namespace dcmflow
