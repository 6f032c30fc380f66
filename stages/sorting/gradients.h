#pragma once
// Whether the diffusion weighting of an image is known. Pure; no Problems.

#include "stages/dicom_types.h"

namespace dcmflow {

// Whether every volume of the stack says how it is weighted, one is, and no gradient is along axes
// that nobody knows.
bool has_gradients(const Stack& stack);

}  // namespace dcmflow
