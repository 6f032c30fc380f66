#pragma once
// A Problem in the words of a verb that has no log. Pure; no Problems.

#include <string>

#include "stages/base/result.h"

namespace dcmflow {

// "subject: code: detail", and on a line of its own what to do about it; each ends with a line
// break.
std::string problem_text(const Problem& problem);

}  // namespace dcmflow
