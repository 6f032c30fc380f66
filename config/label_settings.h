#pragma once
// The options of --labels.

#include "config/command_line.h"

namespace dcmflow {

// Problem{bad_settings}: a style that there is not, or one without --labels.
Status read_label_settings(const CommandLine& command_line, Settings& settings);

}  // namespace dcmflow
