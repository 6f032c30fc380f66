#pragma once
// Values of options that are one of a few words, and what is said of a wrong one. Pure;
// thread-safe.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "config/command_line.h"
#include "stages/base/result.h"

namespace dcmflow {

// The index of `value` in `names`, 0 when there is none; Problem{bad_settings} for another word.
Result<std::size_t> choose(const std::string& option, const CommandLine::Text& value,
                           std::span<const std::string_view> names);

// "one of mhd, nii"
std::string one_of(std::span<const std::string_view> names);

// Problem{bad_settings} of the option or variable `source`.
Problem bad_value(const std::string& source, const std::string& found, const std::string& expected);

}  // namespace dcmflow
