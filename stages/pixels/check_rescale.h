#pragma once
// Do Rescale Slope and Intercept say what the values of a stack are?

#include <string>

#include "stages/dicom_types.h"

namespace dcmflow {

// ok, or Problem{rescale_unclear}, whose detail says what stands where:
//  - a slope of 0 or one that is no number, or such an intercept (PS3.3 C.7.6.16.2.9 wants
//    numbers, and 0 would make all values one);
//  - a slope other than 1, or an intercept other than 0, that some frames have and others lack:
//    what is absent is 1 and 0, and nobody could tell whether that is meant beside the others.
// Frames whose values come from elsewhere (`table` is not none) are not asked. Pure.
Status check_rescale(const Stack& stack);

// Whether all frames say the same: then the stored values are one quantity, in an unknown unit.
bool rescale_is_one(const Stack& stack);

}  // namespace dcmflow
