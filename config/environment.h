#pragma once
// One variable of the environment, as the contract reads it. No Problems. As thread-safe as the
// Environment.

#include "config/settings.h"

namespace dcmflow {

// The value, or nullopt when the variable is unset or empty.
std::optional<std::string> variable(const Environment& environment, const std::string& name);

}  // namespace dcmflow
