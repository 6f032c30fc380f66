#pragma once
// argv → the texts that were given, not yet judged. The table of options in command_line.cpp is
// also the help text. Thread-safe.

#include <optional>
#include <string>
#include <variant>

#include "config/settings.h"

namespace dcmflow {

// nullopt: not given. A text is never empty.
struct CommandLine {
  using Text = std::optional<std::string>;
  Text input, output, logs;
  Text format, images, sha256;
  Text on_tilt, on_missing, on_irregular, multi_volume;
  Text rules, attributes;
  Text tolerances;
  Text threads, io_threads, memory_budget;
  Text on_earlier, catalogue, tables;
  Text settle, listen;
  Text log_level, log_format, trace;
  bool keep_stored = false;
  bool allow_no_geometry = false;
  bool real_world = false;
  bool invert_monochrome1 = false;
  bool bids = false;
  bool dicom_json = false;
  bool workflow_metadata = false;
  bool strict = false;
  bool no_patient = false;
  bool explain = false;
  bool no_sync = false;
  bool resume = false;
  bool watch = false;
  bool dry_run = false;
  bool json = false;
};

// INPUT and OUTPUT of a command line.
struct FolderArguments {
  CommandLine::Text input, output;
};

// Both take what stands behind the verb (find_question()), and argv[0] before it.
//
// Problem{bad_settings} for what is not in the table, given twice or empty; ExitNow for --help and
// --version.
Result<std::variant<CommandLine, ExitNow>> parse_command_line(int argc, const char* const* argv);

// INPUT and OUTPUT, also of a command line of which something else is wrong; nullopt where it is
// not sure which they are, and under --dry-run, which changes neither.
std::optional<FolderArguments> read_folder_arguments(int argc, const char* const* argv);

}  // namespace dcmflow
