#pragma once
// When a watch looks through its folder, and when it converts. Pure: the caller tells the time. Not
// thread-safe; no Problems.

#include <algorithm>
#include <chrono>
#include <optional>

#include "stages/discovery/arrivals.h"

namespace dcmflow {

// Looking through a folder takes time in proportion to it, so that what it costs is bounded by how
// often it is done: sweeps take at most a twentieth of the time, looks that find nothing a tenth,
// and rounds that convert a half.
class WatchPace {
 public:
  using Time = Arrivals::Time;
  using Duration = Arrivals::Clock::duration;

  // `between`: it and the next one, if nothing asks for that before.
  void swept(Time began, Time ended, Duration between) {
    earliest_sweep_ = ended + sweep_rest * (ended - began);
    next_sweep_ = std::max(earliest_sweep_, ended + between);
  }
  // Something came of which only a sweep can tell more.
  void ask_for_sweep() { next_sweep_ = std::min(next_sweep_, earliest_sweep_); }

  void looked(Time began, Time ended, bool has_converted) {
    earliest_round_ = ended + (has_converted ? 1 : look_rest) * (ended - began);
  }
  // The last one failed: the storage may be full, or away.
  void failed(Time ended) { earliest_round_ = std::max(earliest_round_, ended + after_failure); }

  // `settles`: when there is something to convert; nullopt: nothing waits. A sweep comes before
  // each round.
  bool is_round_due(std::optional<Time> settles, Time now) const {
    return settles && std::max(*settles, earliest_round_) <= now;
  }
  // When there is something to do: a sweep.
  Time wake(std::optional<Time> settles) const {
    if (!settles) return next_sweep_;
    return std::min(next_sweep_, std::max({*settles, earliest_round_, earliest_sweep_}));
  }

 private:
  static constexpr int sweep_rest = 19;
  static constexpr int look_rest = 9;
  static constexpr std::chrono::seconds after_failure{30};

  Time next_sweep_{}, earliest_sweep_{}, earliest_round_{};
};

}  // namespace dcmflow
