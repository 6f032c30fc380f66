#pragma once
// The list of --files-from → paths. For one thread.

#include <string>
#include <string_view>
#include <vector>

#include "stages/base/input_paths.h"
#include "stages/base/result.h"

namespace dcmflow {

inline constexpr std::size_t longest_file_list = std::size_t{1} << 30;

// A path a line, or between NUL where there is one, as of find -print0; '-': standard input, read
// to its end. Of lines a CR at the end, blank ones and the UTF-8 byte order mark before the first
// are left out; all else is of the path. Problems (subject: --files-from LIST): no_input where it
// cannot be read, has more than longest_file_list bytes or no path, or is UTF-16; bad_settings for
// a DICOM file. Null for a DICOMDIR, which is an input.
Result<PathList> read_file_list(const std::string& list);

// The paths of a text, each once and in order. Pure.
std::vector<std::string> parse_file_list(std::string_view text);

}  // namespace dcmflow
