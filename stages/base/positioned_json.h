#pragma once
// JSON text → values that know where they stand. Pure; thread-safe.

#include <string_view>

#include "stages/base/json_value.h"
#include "stages/base/result.h"

namespace dcmflow {

// Problem{reason}: subject = `source`, detail = line and column, what was found and what was
// expected; brackets that are missing at the end are named, with the place where they were opened.
// Nesting over 64 levels and objects over 10,000 members are refused.
Result<JsonValue> parse_positioned_json(std::string_view text, std::string_view source,
                                        Reason reason);

}  // namespace dcmflow
