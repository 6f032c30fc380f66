#pragma once
// One selection of the rules, compiled. Errors are RuleMessages. For one thread.

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stages/selection/compile_group.h"

namespace dcmflow {

// nullptr for a selection without conditions, which selects nothing. Keys that it relates by are
// added to `related_keys`.
std::shared_ptr<const Selection> compile_selection(const JsonValue& source, std::size_t number,
                                                   std::vector<RuleKey>& related_keys,
                                                   Compiler& compiler);

// An error for each key that is not in `known` and no remark for people.
void check_keys(const JsonValue& value, std::span<const std::string_view> known,
                RuleMessages& messages);

// "compat": "standard" or "monai"; true for the latter.
bool read_compat(const JsonValue& object, bool otherwise, RuleMessages& messages);

}  // namespace dcmflow
