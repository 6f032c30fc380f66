#pragma once
// The work of discover_files, decode_header and group_series: what the graph that reads the input
// asks for, on whichever threads.

#include <optional>
#include <utility>
#include <vector>

#include "engine/hold_arrivals.h"
#include "engine/look_ahead_tasks.h"
#include "engine/run.h"
#include "engine/step.h"
#include "engine/worker_threads.h"
#include "stages/base/mutex.h"
#include "stages/database/files_fingerprint.h"
#include "stages/decode_header.h"
#include "stages/discover_files.h"
#include "stages/group_series.h"

namespace dcmflow {

// Of the series at work, which are all but in a merge.
void tell_several_patients(Run& run);

// discover() and finish() are for one thread at a time, the rest is thread-safe. Problems: those of
// DiscoverFiles and decode_header(); internal_error for what they throw.
class ReadHeaders {
 public:
  ReadHeaders(Run& run, WorkerThreads& workers);

  // Discovery looks ahead by these threads, whose arena the caller is in, until what is returned is
  // destroyed.
  LookAheadTasks look_ahead(Threads threads);
  // The next file; nullopt at the end, after a signal, or when other threads are to go on. The time
  // for which the thread looked ahead is not the timer's.
  std::optional<Result<FilePtr>> discover(Threads threads, StepTimer& timer);
  bool at_end() const {
    if (run_.given != nullptr) return true;
    return run_.found_files ? next_found_ == run_.found_files->size() : discovery_.at_end();
  }
  // Problems have the file as their subject. Counts the bytes of the file.
  Result<InstancePtr> decode(const Result<FilePtr>& file, StepCounters& decoding);
  Status group(const InstancePtr& instance);
  // A file that is in no series.
  void tell(const Problem& problem);

  // In place of discover() and decode(): what a plan has.
  void take_given();

  // Fills run.series. That the input was not read to its end for anything but a signal is an
  // internal_error.
  void finish();

 private:
  // What work() makes of one file; what is wrong has that file as its subject.
  template <class Work>
  auto of_file(const FilePtr& file, Work&& work) {
    auto result = guarded([&] { return work(); });
    if (result) return result;
    auto problem = result.problem();
    problem.subject = file->name;
    if (run_.scan) {
      run_.scan->add(RefusedFile{file, problem});
    } else {
      const Lock lock(mutex_);
      other_files_.push_back(file);
    }
    return decltype(result)(std::move(problem));
  }
  void load_earlier();
  std::optional<Result<FilePtr>> next_file();
  void release_arrivals();
  void keep_other_files();

  Run& run_;
  WorkerThreads& workers_;
  DiscoverFiles discovery_;
  StepTimer* discovering_ = nullptr;  // of the call of discover() that is at work
  FilesFingerprint fingerprint_;
  std::size_t next_found_ = 0;  // of run.found_files
  const HeaderPlan plan_;
  GroupSeries groups_;
  HeaderInterner interner_;
  std::optional<HoldArrivals> arrivals_;  // under --watch
  Mutex mutex_;
  std::vector<FilePtr> other_files_ GUARDED_BY(mutex_);  // of no series
};

}  // namespace dcmflow
