#pragma once
// One variable of the environment, as the contract reads it. No Problems. As thread-safe as the
// Environment.

#include <string>
#include <vector>

#include "config/settings.h"

namespace dcmflow {

// The value, or nullopt when the variable is unset or empty.
std::optional<std::string> variable(const Environment& environment, const std::string& name);

// The names of all variables of the process.
std::vector<std::string> names_in_process_environment();

}  // namespace dcmflow
