#pragma once
// What --help prints. Pure; no Problems.

#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "config/command_line.h"

namespace dcmflow {

// An option of the command line: what --help says of it, and where its value goes.
struct OptionRow {
  std::string_view group;
  std::string_view name;
  std::string_view value;  // what the help calls the value; empty for a flag
  std::variant<CommandLine::Text CommandLine::*, bool CommandLine::*> field;
  std::string_view help;  // '\n' begins a new line
};

// Usage, the options by their groups, exit codes and environment variables.
std::string help_text(std::span<const OptionRow> options);

}  // namespace dcmflow
