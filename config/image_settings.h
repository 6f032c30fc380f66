#pragma once
// The options that choose what images are made of: command line ↔ ImageOptions, by one table of the
// words that each takes.

#include <string>
#include <utility>
#include <vector>

#include "config/command_line.h"

namespace dcmflow {

// Problem{bad_settings} with the words that are allowed. `format` is known to exist.
Result<ImageOptions> read_image_options(const CommandLine& command_line, const std::string& format);

// Name of the option, without dashes, and its value in words: for the log and report.json.
std::vector<std::pair<std::string, std::string>> image_option_words(const ImageOptions& options);

// What `choice` of an option is called, or Problem{bad_settings}: the index of `value` in `names`,
// 0 when there is none.
Result<std::size_t> choose(const std::string& option, const CommandLine::Text& value,
                           std::span<const std::string_view> names);

}  // namespace dcmflow
