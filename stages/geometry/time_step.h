#pragma once
// The time from volume to volume of a 4-D image. Pure; no Problems.

#include "stages/dicom_types.h"

namespace dcmflow {

// Seconds from volume to volume; 0 when they are not told, or not even.
double time_step(const Stack& stack);

}  // namespace dcmflow
