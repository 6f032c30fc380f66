#pragma once
// What an attempt of a shard notes of each image that is whole, so that a later attempt need not
// make it again: <attempt>/notes, records one behind the other. Whatever of the file cannot be read
// ends it.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stages/base/descriptor.h"
#include "stages/base/mutex.h"
#include "stages/base/result.h"
#include "stages/database/shard_records.h"

namespace dcmflow {

class VolumeJob;

// What a record says of an image.
TriedImage tried_image(const VolumeJob& image);

struct NotedImage {
  std::string record;      // of store_images(), of it alone
  bool is_synced = false;  // the disk had it, whatever became of the machine
};

struct Notes {
  std::string plan_id;
  std::string boot_id;  // of the machine that was at work, see boot_id()
  std::vector<NotedImage> images;
};

// Of the folder of an attempt. No Problems. For one thread.
std::string notes_path(const std::string& attempt);
bool has_notes(const std::string& attempt);
Notes read_notes(const std::string& attempt);  // empty where there are none
void remove_notes(const std::string& attempt);

class AttemptNotes {
 public:
  // How often the disk is to have what is noted; nullopt: never.
  using SyncEvery = std::optional<std::chrono::milliseconds>;

  // In the folder of an attempt whose images go to `images`. `earlier`: what is there already,
  // whole. Problem{output_not_writable | disk_full}. For one thread, like
  // status() and are_of_use().
  static Result<std::unique_ptr<AttemptNotes>> begin(const std::string& attempt,
                                                     const std::string& images,
                                                     const Notes& earlier, SyncEvery sync_every);

  // The images that were there when it began.
  const MadeImages& earlier() const { return earlier_; }

  // Of an image that has its files. When it is due, waits until the disk has those of all images.
  // What cannot be noted is made again by a later attempt, and no Problem. Thread-safe.
  void add(const VolumeJob& image);

  // Whether that waited for a file of this name: it need not be synced again. Thread-safe.
  bool has_synced(const std::string& name);

  // That the disk took every image that it was to take: else nothing here is to be trusted.
  Status status();
  // There is an image, and nothing was lost.
  bool are_of_use();

 private:
  using Files = std::vector<std::pair<std::string, std::uint64_t>>;  // names and bytes

  AttemptNotes(Descriptor file, std::string images, SyncEvery sync_every, MadeImages earlier,
               Files unsynced);
  static void add_files(Files& files, const ImageFile& image);
  void append(std::string_view key, std::string_view record) REQUIRES_LOCK(mutex_);
  Status sync(const Files& files) const;

  const Descriptor file_;
  const std::string images_;
  const SyncEvery sync_every_;
  const MadeImages earlier_;

  Mutex mutex_;
  bool is_whole_ GUARDED_BY(mutex_) = true;  // no record is torn: another may follow
  std::size_t noted_ GUARDED_BY(mutex_);
  Files unsynced_ GUARDED_BY(mutex_);
  std::set<std::string> synced_ GUARDED_BY(mutex_);  // names of files
  bool is_syncing_ GUARDED_BY(mutex_) = false;
  std::chrono::steady_clock::time_point synced_at_ GUARDED_BY(mutex_) =
      std::chrono::steady_clock::now();
  Status status_ GUARDED_BY(mutex_) = Done{};
};

}  // namespace dcmflow
