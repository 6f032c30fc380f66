#pragma once
// dcmflow help [TOPIC]: a part of the help text, or what stands in the tables of options and
// reasons. No line exceeds 80 columns. Pure.

#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"

namespace dcmflow {

// A topic is the first word of a verb, a group of options, a part of --help, a reason code, or an
// option (on-missing, --on-missing, -f); "" asks which there are. Problem{bad_settings} with the
// nearest topic for any other word.
Result<ExitNow> help_on(std::string_view topic);

// All of them, in the order of the help, each once; options without their dashes.
std::vector<std::string> help_topics();

}  // namespace dcmflow
