#pragma once
// What the voxels of a repaired image hold where no frame lies. No Problems.

#include <optional>

#include "stages/dicom_types.h"

namespace dcmflow {

// Pixel Padding Value (PS3.3 C.7.5.1.1.2) as a value, else −1024 (air in HU) in CT, else 0. Pure.
double background_of(const Frame& frame);

// CT holds values below air: the background has to be as low as the lowest of them. Takes the
// values of all slices of a stack; nullopt when the background is already right. Pure.
std::optional<double> lower_background(const Stack& stack, double background,
                                       const ValueRange& values);

// The same of a whole image that is shown in a larger field. Pure.
double background_outside(const Stack& stack, const ValueRange& values);

}  // namespace dcmflow
