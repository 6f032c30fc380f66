#pragma once
// What a watch tells of itself: counted by the rounds, asked for by whoever looks after it.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/run.h"
#include "stages/base/mutex.h"
#include "stages/base/prometheus_text.h"
#include "stages/base/reasons.h"

namespace dcmflow {

// Plain numbers. "Last": as of the last round that changed the output.
struct WatchFacts {
  // The folder as it is.
  std::size_t input_files = 0;
  bool input_readable = true;
  std::size_t queued_files = 0;   // that came, changed or went since a round took them up
  std::size_t queued_series = 0;  // that wait, as of the last look
  // What the last round made of it.
  std::size_t files = 0, converted_files = 0;
  std::size_t series = 0, images = 0;
  std::map<Reason, std::size_t> reasons;  // of files, series and the run
  std::optional<int> exit_code;           // nullopt: there was none
  double seconds = 0;
  // Since the start.
  std::uint64_t rounds = 0, failed_rounds = 0, looks = 0;
  double busy_seconds = 0;
  std::uint64_t files_read = 0, images_made = 0, image_bytes = 0;
  std::uint64_t rules_read = 0, rules_refused = 0;
  std::optional<std::chrono::system_clock::time_point> last_success;
  std::chrono::system_clock::time_point started;
};

// Of a process; `memory_bytes` is what is resident. Pure.
std::vector<Metric> watch_metrics(const WatchFacts& facts, std::uint64_t memory_bytes);

// Why it is not well; empty: it is. Pure.
std::string watch_complaint(const WatchFacts& facts);

// Thread-safe.
class WatchState {
 public:
  WatchState();

  void input(std::size_t files, std::size_t queued, bool is_readable);
  // Of a run that has ended. Outcome::is_complete() decides what a success is.
  void ended(const Run& run, int exit_code, std::chrono::duration<double> took);
  // No run could begin.
  void failed(int exit_code);
  void rules_read(bool are_right);

  WatchFacts facts() const;
  // The answer to /metrics.
  std::string metrics_text() const;

 private:
  mutable Mutex mutex_;
  WatchFacts facts_ GUARDED_BY(mutex_);
};

}  // namespace dcmflow
