#pragma once
// --layout, --name and --participants. Thread-safe.

#include <string>

#include "config/command_line.h"

namespace dcmflow {

// Fills settings.layout; --layout bids implies --bids and --images selected, and NIfTI where no
// format is asked for. REQUIRES: settings.format and the options that are words are read.
// Problem{bad_settings}: options that contradict each other; a file of participants that cannot be
// read, or is none.
Status read_layout(const CommandLine& command_line, Settings& settings);

// "flat", "bids" or the template.
std::string layout_word(const Layout& layout);

}  // namespace dcmflow
