#pragma once
// The text of the selection rules, from the first source that is named. As thread-safe as the
// Environment.

#include <string>

#include "config/settings.h"

namespace dcmflow {

// `option`: the value of --rules. The default file lies below `folder`, the working folder. No
// source at all: "" from "none". A UTF-8 byte order mark is taken off. Problem{bad_rules}: a named
// source that cannot be read or decoded; another source is never taken in its place.
Result<Sourced<std::string>> read_rules(const std::optional<std::string>& option,
                                        const Environment& environment,
                                        const std::string& folder = ".");

}  // namespace dcmflow
