#pragma once
// Under --watch: series to which files still come, change or go wait for a later round, and are
// until then what they were.

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/run.h"
#include "stages/base/mutex.h"
#include "stages/discovery/arrivals.h"
#include "stages/group_series.h"

namespace dcmflow {

// Stands between the headers and group_series. A file that has not settled is held, and with it
// everything that is new in its series; what the catalogue knew of that series is given in place of
// it, so that its images stay. Where it keeps no headers of that kind, files that an earlier round
// of this watch took, and that did not change, are given. A file that moves from series to series
// ties the two together. see() and release() are for one thread, the rest is thread-safe. No
// Problems.
class HoldArrivals {
 public:
  explicit HoldArrivals(Run& run);

  // Of discovery, in its order: whether it has settled is decided here.
  void see(const Result<FilePtr>& entry);
  void add(const InstancePtr& instance);
  // Of a file that is in no series.
  void add(Problem problem);

  // All files were seen: passes on what is not held. `other_files`: those of files that are in no
  // series; changed to what they are for this round. Tells run.report of files and problems, and
  // fills run.held.
  void release(GroupSeries& groups, std::vector<FilePtr>& other_files);

 private:
  using SeriesKey = std::pair<std::string, std::string>;  // Study, Series Instance UID
  struct Fresh {                                          // not as the catalogue knew it
    InstancePtr instance;                                 // null: it is in no series
    bool is_known = false;  // by an earlier round, though not by the catalogue
    bool is_held = false;
  };
  static SeriesKey key_of(const Instance& instance);
  void index_fresh();
  bool waits(const EarlierRun::Other& other) const;
  void hold(Fresh& fresh);
  void hold_what_is_tied();
  void pass_on(GroupSeries& groups, std::vector<FilePtr>& other_files);

  Run& run_;
  const Arrivals::Time now_;  // of the whole round
  Mutex mutex_;
  std::set<std::string, std::less<>> unsettled_;  // names; of discovery's thread
  std::vector<InstancePtr> instances_ GUARDED_BY(mutex_);
  std::vector<Problem> problems_ GUARDED_BY(mutex_);

  // Of release().
  std::map<std::string_view, Fresh> fresh_;  // by the name of the file
  std::vector<EarlierRun::Other> others_;    // that are not given, yet
  std::vector<EarlierRun::Other> kept_;
  std::set<SeriesKey> held_series_;
};

}  // namespace dcmflow
