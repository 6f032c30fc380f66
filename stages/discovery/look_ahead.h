#pragma once
// Looks at folders ahead of the walk over them, by other threads: what the system says of entries
// is there when the walk comes to them. The walk decides all that follows from order.

#include <atomic>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "stages/base/mutex.h"
#include "stages/discovery/looked_folder.h"

namespace dcmflow {

// The threads that a walk may use. All may be called by any of them.
struct LookThreads {
  std::size_t others = 0;  // beside the walker: so many helps at once, at most
  // Has `help`, which does not throw, called by another thread, now or later.
  std::function<void(std::function<void()> help)> spawn;
  // Comes back when each help that was spawned has ended.
  std::function<void()> wait;
  // Calls `look` once, which tells how often it asked the storage; `by_walker`: whether the thread
  // is the one that walks. May be empty.
  std::function<void(const std::function<std::size_t()>& look, bool by_walker)> around;
  // Asked before each entry: true ends all looking. May be empty.
  std::function<bool()> is_given_up;
};

// What is to be looked at is a list in the order of the walk: in place of a part that was looked at
// stand the folders that it has, and behind the first part of a folder its others. Helps take the
// first that is free; so does the walker, where nobody has taken what it needs. A folder that only
// a link leads to is not looked into ahead: it may be one that was entered. No thread holds a
// descriptor beyond its look.
//
// Memory: helps begin nothing while `most_ahead` entries (names of folders that are listed, and
// entries that are looked at, at most some 400 bytes each; a folder is as many as
// `entries_of_folder` more) are known ahead of the walker; each ends what it has begun, a part or
// the names of a folder.
//
// take() is for the walker, one thread at a time; helps are thread-safe among each other and with
// it. No Problems: errors of the system are in what is looked at. What looking throws the walker
// throws.
class LookAhead {
 public:
  static constexpr std::size_t most_ahead = 8192;
  static constexpr std::size_t entries_of_folder = 16;

  explicit LookAhead(const LookRules& rules) : rules_(rules) {}
  ~LookAhead() { leave_threads(); }
  LookAhead(const LookAhead&) = delete;
  LookAhead& operator=(const LookAhead&) = delete;

  // From now on; without it the walker looks alone. REQUIRES: take() is not at work.
  void on_threads(LookThreads threads) { threads_ = std::move(threads); }
  // Helps that are at work end soon, which is waited for; as if they had not begun.
  void leave_threads();

  // The entries of a part, which are the walker's alone, and the names, errors and number of parts
  // with the first. nullopt: it was given up. REQUIRES: parts are taken in their order, each once.
  std::optional<std::vector<LookedEntry>> take(const std::shared_ptr<LookedFolder>& folder,
                                               std::size_t part);

  // What is known ahead now.
  std::size_t ahead() const { return ahead_; }

 private:
  struct Taken {
    std::shared_ptr<LookedFolder> folder;
    std::size_t part = 0;
  };

  bool is_given_up() const { return threads_.is_given_up && threads_.is_given_up(); }
  void call_helps();
  void help() noexcept;
  bool look_at_next(bool by_walker);
  std::optional<Taken> take_next();
  bool look(const Taken& taken, bool by_walker);
  void finish(const Taken& taken);

  const LookRules& rules_;
  LookThreads threads_;  // not changed while any help is there
  // Read by helps before each entry, and before they begin: an old value costs one more.
  std::atomic<bool> ends_ = false;
  std::atomic<std::size_t> helps_ = 0;  // that were spawned, and have not ended
  std::atomic<std::size_t> ahead_ = 0;
  Mutex mutex_;
  std::list<LookUnit> units_ GUARDED_BY(mutex_);  // and LookedPart::place, which leads here
};

}  // namespace dcmflow
