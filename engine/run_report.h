#pragma once
// Accounts for every input file, and decides the exit code.

#include <atomic>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "config/settings.h"
#include "engine/step.h"
#include "stages/write_catalog.h"

namespace dcmflow {

// Exit codes; README lists them.
enum class ExitCode : int {
  done = 0,
  usage = 2,
  bad_rules = 3,
  no_input = 4,
  output = 5,
  problems_under_strict = 6,
  required_selection_unmet = 7,
  internal = 70,
  interrupted = 130,  // SIGINT; 143 for SIGTERM
};

// The exit code of a Problem that ends a run before it reads data.
int exit_code(Reason reason);

// Thread-safe, but for finish().
class RunReport {
 public:
  // The counters of that name; made when they are new.
  StepCounters& step(std::string name);
  Trace& trace() { return trace_; }

  // Each file that is discovered ends as one problem, or in an image.
  void discovered_file() { ++discovered_; }
  // The subject is the file.
  void not_converted(Problem problem);
  // A problem of a series or of the run, beside those of its files.
  void problem(Problem problem);

  bool has(Reason reason) const;
  bool has_severity(Severity severity) const;
  std::size_t discovered_files() const { return discovered_; }
  std::size_t converted_files() const;
  // Those that are not known to be something else.
  std::size_t dicom_files() const;

  // Moves problems and steps into the catalog.
  void finish(Catalog& catalog);

 private:
  mutable std::mutex mutex_;
  std::vector<Problem> not_converted_;  // the subject is the file
  std::vector<Problem> problems_;
  std::map<Reason, std::size_t> counts_;
  std::atomic<std::size_t> discovered_ = 0;
  Trace trace_;
  std::deque<StepCounters> steps_;  // never moves its elements
};

}  // namespace dcmflow
