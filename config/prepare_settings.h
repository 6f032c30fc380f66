#pragma once
// --prepare and the options that say the same: which images are made beside those of the input.
// Thread-safe.

#include <string>
#include <utility>
#include <vector>

#include "config/command_line.h"
#include "stages/selection/selection_rules.h"

namespace dcmflow {

// Fills settings.prepare where one of them is given; an option wins over the file of --prepare.
// REQUIRES: settings.format, the layout and the options that are words are read.
// Problem{bad_settings}: a value or file that is wrong, options that contradict each other or what
// else is asked for, or no dcmflow-prepare beside dcmflow.
Status read_prepare_settings(const CommandLine& command_line, Settings& settings);

// That the selections are there which settings.prepare names, or needs. Problem{bad_settings}.
Status check_prepared_selections(const Settings& settings, const SelectionRules& rules);

// What is asked for, by the name of its option; empty where nothing is.
std::vector<std::pair<std::string, std::string>> prepare_words(const Settings& settings);

}  // namespace dcmflow
