#pragma once
// The folders of the settings: all INPUT, OUTPUT and the one of the log. As thread-safe as the
// Environment.

#include "config/command_line.h"

namespace dcmflow {

// REQUIRES: the options are read. Problems: bad_settings, no_input.
Status read_folders(const CommandLine& command_line, const Environment& environment,
                    Settings& settings);

}  // namespace dcmflow
