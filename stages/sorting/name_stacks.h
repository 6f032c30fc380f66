#pragma once
// Which image of a series is the main one, and what the others are called after. No Problems.

#include <vector>

#include "stages/dicom_types.h"
#include "stages/geometry/tolerances.h"
#include "stages/sorting/tell_refused.h"

namespace dcmflow {

// In their order (stages/sorting/main_image.h), the main image first. Every other one is named by
// why it was split off; a word that is taken gets a number. Pure.
std::vector<Stack> name_stacks(std::vector<SortedStack> sorted, const Tolerances& tolerances);

}  // namespace dcmflow
