#pragma once
// Since when each entry of a growing folder is as it is: what has settled is ready to be converted.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "stages/dicom_types.h"

namespace dcmflow {

// An entry is as it was while name, size and times are; how long that is is measured by the
// caller's clock, from when it was first seen, since the clocks of other machines may be wrong.
// About 40 bytes are kept of each, and no name. Times that are given never go back. Not
// thread-safe; no Problems.
class Arrivals {
 public:
  using Clock = std::chrono::steady_clock;
  using Time = Clock::time_point;

  // `settle`: how long an entry has to be as it is. REQUIRES: not negative.
  explicit Arrivals(Clock::duration settle) : settle_(settle) {}

  // What DiscoverFiles gives of the whole folder comes between begin_sweep() and end_sweep(); what
  // was not seen there is gone. Single files may be seen at any time.
  void begin_sweep() { ++sweep_; }
  void end_sweep(Time now);
  // Whether it has settled.
  bool see(const Result<FilePtr>& entry, Time now);
  bool see(const File& file, Time now);

  // Whether an entry that a round knew, and the last sweep did not see, is gone for as long.
  bool is_gone(const File& then, Time now) const;

  // Marks a file that is part of what was converted, until it changes.
  void pass(const File& file);
  bool has_passed(const File& file) const;

  // Everything that had settled at `then` was before a round that saw it so.
  void taken(Time then);

  // When the first that no round has taken will have settled; nullopt: all is taken.
  std::optional<Time> next() const;
  bool has_settled(Time now) const;

  // Of the last sweep, and since.
  std::size_t present() const { return present_.size(); }
  // That no round has taken.
  std::size_t waiting() const { return waiting_.size(); }

 private:
  using Digest = std::uint64_t;
  static Digest digest(const File& file);
  bool see(Digest entry, Time now);
  bool is_over(Time since, Time now) const { return now - since >= settle_; }

  const Clock::duration settle_;
  std::uint32_t sweep_ = 0;
  struct Present {
    std::uint32_t sweep = 0;  // that saw it last
    bool has_passed = false;
  };
  std::unordered_map<Digest, Present> present_;
  std::unordered_map<Digest, Time> waiting_;  // of them: since when
  std::unordered_map<Digest, Time> gone_;     // since when; was taken before
};

}  // namespace dcmflow
