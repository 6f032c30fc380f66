#pragma once
// What a run says on standard output and standard error, by who reads it: a machine, or a person at
// a terminal. Pure, but for what asks the terminals; thread-safe.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "stages/base/result.h"
#include "stages/base/terminal_text.h"

namespace dcmflow {

// log: a line of the log every 10 s; live: one line of the terminal, a few times a second; json: an
// object a line on standard error, every second.
enum class ProgressForm : std::uint8_t { log, live, json, none };

// The decisions. As they stand here they are those of a container stage: plain lines on standard
// error with the settings first, nothing on standard output.
struct Console {
  bool is_watched = false;     // standard error is a terminal that a person looks at
  bool tells_settings = true;  // the console, too; a log file has them in any case
  bool tells_info = true;      // else warnings and what is graver, unless --log-level asks
  bool log_colours = false;
  ProgressForm progress = ProgressForm::log;
  bool summary = false;       // on standard output, when the run is over
  bool summary_json = false;  // for a machine
  bool descriptions = false;  // of series, in the summary that is a table
  bool all_series = false;    // in the table, however many there are
  bool summary_colours = false;
  std::size_t summary_width = 0;  // columns; 0: as long as it takes
  Charset charset = Charset::utf8;
};

// Columns of the terminal behind a descriptor, as it is now; 80 where it does not say.
std::size_t terminal_columns(int descriptor);

struct Terminals {
  bool output = false;  // standard output is one
  bool errors = false;  // standard error is one
  std::size_t output_columns = 0;
};
Terminals terminals_of_process();

// What the command line asks for.
struct ConsoleWish {
  bool names_folders = false;  // INPUT or OUTPUT is an argument: a person, or a script of one
  std::optional<std::string> color, progress;
  bool json = false;
  bool verbose = false;
};

// What of the environment says how a terminal is.
struct TerminalVariables {
  bool no_color = false;               // NO_COLOR is set and not empty
  std::optional<std::string> term;     // TERM
  std::optional<std::string> charset;  // the first of LC_ALL, LC_CTYPE and LANG
};

// Without folders it is a container stage, whatever the terminals are. Problems: bad_settings, of
// another word than --color and --progress know.
Result<Console> choose_console(const ConsoleWish& wish, const TerminalVariables& variables,
                               const Terminals& terminals);

}  // namespace dcmflow
