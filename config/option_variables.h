#pragma once
// The variable of each option, made of the option table: --on-missing is DCMFLOW_ON_MISSING, INPUT
// and OUTPUT are DCMFLOW_INPUT and DCMFLOW_OUTPUT. As thread-safe as the Environment.

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/command_line.h"

namespace dcmflow {

std::string variable_of(std::string_view option);

// An option and its variable, for each that was read.
using OptionVariables = std::map<std::string, std::string, std::less<>>;

// Gives each option that no argument gave, and no variable of a platform, the value of its
// variable. A flag is yes, true or 1, or no, false or 0, in any case. Problem{bad_settings} of the
// variable of a flag that is none of these; all others are read all the same.
Result<OptionVariables> read_option_variables(const Environment& environment,
                                              CommandLine& command_line);

// An option, alone or with a file behind it, by the variable that gave it; any other source as it
// is.
std::string source_in(const OptionVariables& variables, std::string_view source);

// A line for each of these names that begins like a variable of ours and is none, with the nearest
// that there is.
std::vector<std::string> tell_unknown_variables(std::span<const std::string> names);

}  // namespace dcmflow
