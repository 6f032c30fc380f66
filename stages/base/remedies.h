#pragma once
// What to do about a reason. No advice leads to an image that lies where its slices do not.
// Constant; thread-safe.

#include <string_view>

#include "stages/base/reasons.h"

namespace dcmflow {

// What a user can do, in words that follow a semicolon; empty where nothing is to be done.
std::string_view remedy(Reason reason);

}  // namespace dcmflow
