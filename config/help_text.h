#pragma once
// What --help prints. Pure; no Problems.

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/command_line.h"
#include "config/platform_variables.h"

namespace dcmflow {

// An option of the command line: what --help says of it, and where its value goes.
struct OptionRow {
  std::string_view group;
  std::string_view name;
  std::string_view value;  // what the help calls the value; empty for a flag
  std::variant<CommandLine::Text CommandLine::*, bool CommandLine::*,
               std::vector<std::string> CommandLine::*>
      field;
  std::string_view help;
  std::string_view letter{};                     // its short form, e.g. "-f"
  std::span<const PlatformVariable> platform{};  // that come before its own (option_variables.h)
};

// Options that are no setting.
struct OtherOption {
  std::string_view letter;
  std::string_view name;
  std::string_view help;
};
inline constexpr std::array other_options{
    OtherOption{"-h", "--help", "print this text, or that of a verb, and do nothing else"},
    OtherOption{"-V", "--version", "print the version, and do nothing else"},
    OtherOption{"", "--", "what follows are folders, also when they begin with '-'"},
};

// Usage, the options by their groups, exit codes and environment variables.
std::string help_text(std::span<const OptionRow> options);

// The parts that dcmflow help shows one by one, each ended by a line break.
std::string opening_help();  // what dcmflow is, and how it is called
std::string option_help(const OptionRow& option);
std::string formats_help();
std::string exit_codes_help();
std::string environment_help();

inline constexpr std::size_t help_columns = 80;

// "  left     words", the words in a column of their own.
std::string help_row(std::string_view left, std::string_view words);

}  // namespace dcmflow
