#pragma once
// An attempt of a shard: a folder in which one process at a time is at work. What one left that
// came to no end the next goes on with.

#include <cstddef>
#include <memory>
#include <string>

#include "engine/attempt_notes.h"
#include "engine/folder_lock.h"
#include "engine/shard_files.h"

namespace dcmflow {

// Each holds the lock of its folder as long as it lives, so nobody takes what a live one is at work
// in: where the file system has no locks, nothing is taken. For one thread, but for its notes.
class ShardAttempt {
 public:
  // Beside the folder of the part. Of the attempts of this plan that nobody holds any more, the one
  // with the most images gives its folder, by one rename; the others go. An image is there that the
  // notes tell of, whose files have the size and time of then, and the SHA-256 where there is one;
  // and that the disk cannot have lost: it was synced, or has a SHA-256, or this machine has not
  // started again since. They are looked at on so many threads. `sync_every`: see AttemptNotes.
  // Problems: those of Attempt, FolderLock::take() and AttemptNotes.
  static Result<ShardAttempt> begin(const std::string& work, ShardPart part,
                                    const std::string& plan_id, std::size_t threads,
                                    AttemptNotes::SyncEvery sync_every);

  std::string images() const { return folder_.path() + "/images"; }
  AttemptNotes& notes() const { return *notes_; }
  // How many images an earlier attempt left.
  std::size_t taken() const { return notes_->earlier().images().size(); }

  Status write(const std::string& name, std::string_view text) const {
    return folder_.write(name, text);
  }
  // Without notes and locks. False: another attempt has the name.
  Result<bool> publish();
  // It stays where it is, if the next one can go on with it. Else it goes with all that is in it.
  void leave();

 private:
  ShardAttempt(Attempt folder, FolderLock lock, std::unique_ptr<AttemptNotes> notes);

  FolderLock lock_;  // also while the folder goes
  Attempt folder_;
  std::unique_ptr<AttemptNotes> notes_;
};

}  // namespace dcmflow
