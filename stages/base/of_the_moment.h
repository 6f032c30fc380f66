#pragma once
// Which reasons may not hold another time.

#include "stages/base/reasons.h"

namespace dcmflow {

// Whether what is wrong lies not in the bytes of the file: it may read well another time. Pure.
bool is_of_the_moment(Reason reason);

}  // namespace dcmflow
