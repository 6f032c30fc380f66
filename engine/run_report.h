#pragma once
// Accounts for every input file. No Problems of its own.

#include <atomic>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "engine/step.h"
#include "stages/base/mutex.h"
#include "stages/write_catalog.h"

namespace dcmflow {

// Thread-safe.
class RunReport {
 public:
  // The counters of that name; made when they are new.
  StepCounters& step(std::string name);
  Trace& trace() { return trace_; }
  const Trace& trace() const { return trace_; }

  // Each file that is discovered ends as one problem, or in an image.
  void discovered_file() { ++discovered_; }
  // These are not of this run: they wait for a later one.
  void held_files(std::size_t files) { discovered_ -= files; }
  // The subject is the file.
  void not_converted(Problem problem);
  // A problem of a series or of the run, beside those of its files.
  void problem(Problem problem);

  bool has(Reason reason) const;
  bool has_severity(Severity severity) const;
  std::size_t discovered_files() const { return discovered_; }
  void converted_files(std::size_t files) { converted_ += files; }
  std::size_t converted_files() const { return converted_; }
  std::size_t not_converted_files() const;
  // Of files, series and the run.
  std::map<Reason, std::size_t> counts() const;

  // Those of files alone.
  std::map<Reason, std::size_t> left_files() const;
  // All of series and the run that have the reason.
  std::vector<Problem> problems(Reason reason) const;

  // For each reason that files failed or were refused: how many, and the first of them by name.
  struct ReasonLine {
    Reason reason;
    std::string text;
  };
  std::vector<ReasonLine> reason_lines() const;
  // Those that are not known to be something else.
  std::size_t dicom_files() const;

  // What was told since the last call: moves it, but for the first `others` files. It counts all
  // the same.
  struct Told {
    std::vector<Problem> not_converted, problems;
  };
  Told take(std::size_t others);
  // Moves problems and steps into the catalog. REQUIRES: no step runs any more.
  void finish(Catalog& catalog);

 private:
  mutable Mutex mutex_;
  // Files for one reason, and the first of them by name.
  struct Row {
    std::size_t files = 0;
    Problem first;
  };
  std::map<Reason, Row> rows_ GUARDED_BY(mutex_);
  std::vector<Problem> not_converted_ GUARDED_BY(mutex_);  // the subject is the file
  std::vector<Problem> problems_ GUARDED_BY(mutex_);
  std::map<Reason, std::size_t> counts_ GUARDED_BY(mutex_);
  std::atomic<std::size_t> discovered_ = 0;
  std::atomic<std::size_t> converted_ = 0;
  Trace trace_;
  std::deque<StepCounters> steps_ GUARDED_BY(mutex_);  // never moves its elements
};

}  // namespace dcmflow
