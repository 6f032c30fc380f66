#pragma once
// Tells while a run works how far it is: every 10 s in the log, and a few times a second on a
// terminal. No Problems.

#include <pthread.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>

#include "stages/base/mutex.h"

namespace dcmflow {

// A thread of its own tells, so that a line comes even when every worker waits for the storage.
// Counting is thread-safe and costs nothing else; the rest is for one thread.
class Progress {
 public:
  Progress();
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // What follows is of this phase. `unit`: what is counted; `total` 0: how many is not known.
  // REQUIRES: both texts live as long as the progress.
  void begin(const char* phase, const char* unit, std::uint64_t total = 0);
  void add(std::uint64_t done, std::uint64_t bytes = 0);

  // Of the whole run.
  void file() { ++files_; }
  void set_series(std::uint64_t series) { series_ = series; }
  void series_done() { ++series_done_; }

 private:
  using Clock = std::chrono::steady_clock;
  void tell();
  std::string line(bool with_rate);

  const bool on_terminal_;
  std::atomic<const char*> phase_{""};
  std::atomic<const char*> unit_{""};
  std::atomic<std::uint64_t> total_{0}, done_{0}, bytes_{0};
  std::atomic<std::uint64_t> files_{0}, series_{0}, series_done_{0};
  std::uint64_t told_bytes_ = 0;  // of the teller's thread
  Clock::time_point told_ = Clock::now();

  Mutex mutex_;
  ConditionVariable ends_;
  bool is_over_ GUARDED_BY(mutex_) = false;
  pthread_t teller_{};
  bool has_teller_ = false;
};

}  // namespace dcmflow
