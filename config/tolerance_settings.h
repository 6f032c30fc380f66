#pragma once
// --tolerances: the constants of the geometry rules, by the names that report.json gives them.
// Lengths in mm, angles in degrees, else ratios (stages/geometry/tolerances.h). Pure; thread-safe.

#include <string>
#include <utility>
#include <vector>

#include "config/command_line.h"
#include "stages/geometry/tolerances.h"

namespace dcmflow {

// "shear_deg=0.1,corner_fail_mm=0.5": the others keep their defaults. Problem{bad_settings} for a
// name that there is not, one that is given twice, and a number outside of what makes sense.
Result<Tolerances> read_tolerances(const CommandLine::Text& option);

// Name and value, as they are read: for the log and report.json.
std::vector<std::pair<std::string, std::string>> tolerance_words(const Tolerances& tolerances);

}  // namespace dcmflow
