#pragma once
// The options that choose what images are made of: command line ↔ ImageOptions, by one table of the
// words that each takes. Pure; thread-safe.

#include <string>
#include <utility>
#include <vector>

#include "config/command_line.h"

namespace dcmflow {

// Problem{bad_settings} with the words that are allowed. `format` is known to exist.
Result<ImageOptions> read_image_options(const CommandLine& command_line, const std::string& format);

// Name of the option, without dashes, and its value in words: for the log and report.json.
std::vector<std::pair<std::string, std::string>> image_option_words(const ImageOptions& options);

}  // namespace dcmflow
