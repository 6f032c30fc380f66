#pragma once
// Why a frame lies nowhere, in words that quote what its header says. No Problems.

#include <optional>
#include <string>

#include "stages/dicom_types.h"
#include "stages/geometry/tolerances.h"

namespace dcmflow {

// Has a position, its own or its tile's.
bool has_position(const Frame& frame);
// Frames of which nothing is said one by one do not all lie where their instance does.
bool frames_lie_anywhere(const Instance& instance);

// nullopt when position and orientation of the frame are known. Pure.
std::optional<std::string> why_unplaced(const Frame& frame, const Tolerances& tolerances);

// nullopt when its pixel spacing is known. Pure.
std::optional<std::string> why_without_spacing(const Frame& frame);

}  // namespace dcmflow
