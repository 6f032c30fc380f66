#pragma once
// Where slices lie along their normal, for those that a reader should see. Pure; no Problems.

#include <vector>

#include "stages/dicom_types.h"

namespace dcmflow {

// mm from the first position, rising, each once; of the frames of an image or, where a series
// became none, of its instances, as far as they have the orientation of the first that has one.
// Empty where their spacing is regular by the default tolerances, or they are fewer than three.
std::vector<double> odd_positions(const Stack& stack);
std::vector<double> odd_positions(const Series& series);

}  // namespace dcmflow
