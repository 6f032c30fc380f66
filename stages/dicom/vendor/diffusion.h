#pragma once
// The diffusion weighting of a frame, from the standard's attributes or from those of its vendor.
// No Problems.

#include <optional>

#include "stages/dicom_types.h"

namespace dcmflow {

// nullopt when nothing says that the frame is diffusion weighted. The direction is in patient
// coordinates. Pure; thread-safe.
std::optional<Diffusion> find_diffusion(const Frame& frame);

// It says that it is the mean of all directions (PS3.3 C.8.13.5.9). Pure; thread-safe.
bool is_isotropic(const Frame& frame);

}  // namespace dcmflow
