#pragma once
// The member "bids" of a selection, compiled. Errors are RuleMessages. For one thread.

#include <memory>

#include "stages/selection/bids_rule.h"
#include "stages/selection/compile_group.h"

namespace dcmflow {

// nullptr where there is none, or it is wrong: then the messages say so.
std::shared_ptr<const BidsRule> compile_bids_rule(const JsonValue* source, Compiler& compiler);

// Selections that "intended_for" names, and that have no "bids"; an error each.
void check_intended_for(const JsonValue& selections, const SelectionRules& rules,
                        Compiler& compiler);

}  // namespace dcmflow
