#pragma once
// Tells while a run works how far it is, in the form that Settings::console chose. No Problems.

#include <pthread.h>

#include <atomic>
#include <chrono>
#include <cstdint>

#include "config/console.h"
#include "engine/progress_line.h"
#include "stages/base/mutex.h"
#include "stages/base/striped.h"

namespace dcmflow {

// A thread of its own tells, so that a line comes even when every worker waits for the storage.
// Counting is thread-safe and costs nothing else; the rest is for one thread.
class Progress {
 public:
  explicit Progress(ProgressForm form);
  ~Progress() { end(); }
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
  void add_images(std::uint64_t images) { images_ += images; }
  void image_done() { ++images_done_; }

  // Nothing more is told, and the terminal is as it was.
  void end();

 private:
  using Clock = std::chrono::steady_clock;
  void tell();
  void tell_now(bool is_time_to_log);
  ProgressCounts counts() const;
  double mb_per_s(std::uint64_t bytes);

  const ProgressForm form_;
  std::atomic<const char*> phase_{""};
  std::atomic<const char*> unit_{""};
  std::atomic<Clock::rep> began_ = 0;
  std::atomic<std::uint64_t> total_{0};
  StripedCounter done_, bytes_;
  std::atomic<std::uint64_t> files_{0}, series_{0}, series_done_{0}, images_{0}, images_done_{0};
  std::uint64_t told_bytes_ = 0;  // of the teller's thread
  Clock::time_point told_ = Clock::now();

  Mutex mutex_;
  ConditionVariable ends_;
  bool is_over_ GUARDED_BY(mutex_) = false;
  pthread_t teller_{};
  bool has_teller_ = false;
};

}  // namespace dcmflow
