#pragma once
// argv → the texts that were given, not yet judged. The table of options in option_table.cpp is
// also the help text. Thread-safe.

#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "config/settings.h"

namespace dcmflow {

// nullopt: not given. A text is never empty.
struct CommandLine {
  using Text = std::optional<std::string>;
  std::vector<std::string> folders;  // as they were given, until the fields below are made of them
  Text input, output, output_option, logs;
  std::vector<std::string> further_inputs;  // behind `input`
  Text files_from;
  // The names of options that arguments gave, INPUT... and OUTPUT among them.
  std::set<std::string, std::less<>> given;
  Text name, layout, participants;
  Text label_style;
  Text format, images, sha256;
  Text on_tilt, on_missing, on_irregular, multi_volume, suv;
  Text rules, attributes;
  Text prepare, orient, spacing, align_to, interpolation, label_interpolation, crop, pad, arrange;
  Text tolerances;
  Text threads, io_threads, memory_budget, spool;
  Text on_earlier, catalogue, tables;
  Text settle, listen;
  Text log_level, log_format, trace;
  Text color, progress;
  bool keep_stored = false;
  bool allow_no_geometry = false;
  bool real_world = false;
  bool invert_monochrome1 = false;
  bool bids = false;
  bool labels = false;
  bool dicom_json = false;
  bool workflow_metadata = false;
  bool strict = false;
  bool no_patient = false;
  bool explain = false;
  bool report = false;
  bool no_sync = false;
  bool resume = false;
  bool watch = false;
  bool dry_run = false;
  bool json = false;
  bool verbose = false;
};

// The table of options, in the order of --help; config/help_text.h has the row.
struct OptionRow;
std::span<const OptionRow> command_line_options();

// INPUT and OUTPUT of a command line. One folder alone is INPUT; beside --files-from it is OUTPUT.
struct FolderArguments {
  std::vector<std::string> inputs;
  CommandLine::Text output;
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
