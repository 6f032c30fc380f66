#pragma once
// Why each image was or was not selected, as lines for a person. Pure; no Problems.

#include <string>
#include <string_view>
#include <vector>

#include "stages/selection/candidate.h"
#include "stages/selection/selection_rules.h"

namespace dcmflow {

// A block for each image, a line for each selection: matched, or the first condition that failed
// and the value that it saw, which `no_patient` leaves out. Holds patient data.
std::string explain_selections(const std::vector<std::vector<Candidate>>& candidates,
                               const SelectionRules& rules, bool no_patient);

// A value as it may stand on a terminal: it could hold line breaks, or what moves the cursor.
std::string on_one_line(std::string_view text);

}  // namespace dcmflow
