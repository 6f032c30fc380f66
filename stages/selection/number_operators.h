#pragma once
// The operators of the object form that compare numbers, dates, times and ages. Errors are
// RuleMessages. For one thread.

#include "stages/base/json_value.h"
#include "stages/selection/object_parts.h"

namespace dcmflow {

void add_comparison(ObjectParts& parts, const JsonMember& member);  // gt, ge, lt, le
void add_between(ObjectParts& parts, const JsonMember& member);
void add_near(ObjectParts& parts, const JsonMember& member);

// One value must satisfy all that these have added.
void finish_bounds(ObjectParts& parts);

}  // namespace dcmflow
