#pragma once
// Discovery looks ahead by tasks of the arena in which this is made, from construction to
// destruction. No Problems.

#include <oneapi/tbb/task_group.h>

#include <cstddef>
#include <functional>
#include <utility>

#include "stages/discover_files.h"

namespace dcmflow {

// For the thread that waits for the arena: no task is left behind. `threads` are those of the
// arena, the one that pulls files among them. Once `is_given_up` all that was begun ends soon, so
// that a thread of the arena that waits for others is not kept by a task of this.
class LookAheadTasks {
 public:
  using Around = decltype(LookThreads::around);

  LookAheadTasks(DiscoverFiles& discovery, std::size_t threads, std::function<bool()> is_given_up,
                 Around around)
      : discovery_(discovery) {
    LookThreads look{.others = threads - 1,
                     .spawn = {},
                     .wait = [this] { tasks_.wait(); },
                     .around = std::move(around),
                     .is_given_up = std::move(is_given_up)};
    if (threads > 1) look.spawn = [this](auto help) { tasks_.run(std::move(help)); };
    discovery_.on_threads(std::move(look));
  }
  ~LookAheadTasks() { discovery_.leave_threads(); }
  LookAheadTasks(const LookAheadTasks&) = delete;
  LookAheadTasks& operator=(const LookAheadTasks&) = delete;

 private:
  DiscoverFiles& discovery_;
  oneapi::tbb::task_group tasks_;
};

}  // namespace dcmflow
