#pragma once
// How far a run is, as a line of a terminal, of the log, and as JSON. Pure; no Problems.

#include <cstddef>
#include <cstdint>
#include <string>

namespace dcmflow {

struct ProgressCounts {
  const char* phase = "";
  const char* unit = "";  // what `done` and `total` count
  std::uint64_t done = 0;
  std::uint64_t total = 0;  // 0: not known
  std::uint64_t bytes = 0;  // of the phase
  double seconds = 0;       // since it began
  // Of the whole run; 0 of a total that is not known yet.
  std::uint64_t files = 0;
  std::uint64_t series = 0, series_done = 0;
  std::uint64_t images = 0, images_done = 0;
};

// Of the phase; nothing while nothing can be said: no total, or too early.
struct ProgressEstimate {
  bool is_known = false;
  double fraction = 0;
  double seconds_left = 0;
};
ProgressEstimate estimate(const ProgressCounts& counts);

// In at most `columns` ASCII characters; what says least is left out first.
std::string live_words(const ProgressCounts& counts, std::size_t columns);

// "progress phase=… …", the form of all lines of the log.
std::string log_words(const ProgressCounts& counts, double mb_per_s);

// {"progress": {…}} and a line break.
std::string json_words(const ProgressCounts& counts);

}  // namespace dcmflow
