#pragma once
// How a run ended: one exit code and one status, which the process and every file tell. Plain
// values; no Problems.

#include <cstdint>
#include <string_view>

#include "stages/base/reasons.h"

namespace dcmflow {

// docs/options.md lists them. 128 and the number of a signal: that signal ended the run.
enum class ExitCode : int {
  done = 0,
  usage = 2,
  bad_rules = 3,
  no_input = 4,
  output = 5,
  problems_under_strict = 6,
  required_selection_unmet = 7,
  internal = 70,
  // Of merge, shards are missing; of pull, instances or the server (EX_TEMPFAIL of sysexits.h).
  try_again = 75,
};

// The exit code of a run that a signal ended, less the signal's number.
inline constexpr int by_signal = 128;

// The exit code of a Problem that ends a run before it reads data.
int exit_code(Reason reason);

// Everything that was asked for is there: exit codes 0, 6 and 7.
bool is_complete(int exit_code);

class Outcome {
 public:
  // What decides, the first that is true.
  struct Facts {
    int stop = 0;  // the signal that ended the run early, else 0
    bool output_failed = false;
    bool internal_error = false;
    bool no_series = false;
    bool required_selection_unmet = false;
    bool problems_under_strict = false;
  };
  explicit Outcome(const Facts& facts);

  int exit_code() const { return exit_code_; }
  // "complete", "complete_with_problems", "interrupted" or "failed"
  std::string_view status() const;
  bool is_complete() const { return dcmflow::is_complete(exit_code_); }

  // report.json tells this end; false only where it could not be written.
  bool is_told() const { return is_told_; }

  // What turns out while the results are written. An end by a signal stays one.
  void output_failed();
  void lost_report() { is_told_ = false; }
  void stopped_by(int signal) { exit_code_ = by_signal + signal; }

 private:
  int exit_code_;
  bool is_told_ = true;
};

}  // namespace dcmflow
