#pragma once
// The settings of a run by name, as report.json and the catalogue tell them.

#include <map>
#include <string>

#include "config/settings.h"

namespace dcmflow {

// What decides which images there are, and what is in them.
std::map<std::string, std::string> settings_words(const Settings& settings);

}  // namespace dcmflow
