#include "engine/shard_attempt.h"

#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <algorithm>
#include <cstdio>
#include <utility>
#include <vector>

#include "engine/boot_id.h"
#include "stages/base/filesystem.h"
#include "stages/base/journal.h"
#include "stages/database/record_bytes.h"

namespace dcmflow {
namespace {

constexpr auto images_name = "/images";

// One that came to no end.
struct Left {
  std::string path;
  FolderLock lock;
  Notes notes;  // of the images that are there
};

bool is_there(const NotedImage& image, const std::string& folder, bool can_be_cached) {
  MadeImages made;
  if (!made.load(record_of(image.record), folder)) return false;
  const auto rows = made.images();
  if (rows.size() != 1) return false;
  const bool is_on_disk = image.is_synced || !rows.front()->image->file.sha256.empty();
  return (is_on_disk || can_be_cached) && find_changed(*rows.front()).empty();
}

void keep_what_is_there(Left& left, std::size_t threads) {
  auto& images = left.notes.images;
  const auto boot = boot_id();
  const bool can_be_cached = !boot.empty() && boot == left.notes.boot_id;
  std::vector<char> are_there(images.size());
  oneapi::tbb::task_arena arena(static_cast<int>(threads));
  arena.execute([&] {
    oneapi::tbb::parallel_for(std::size_t{0}, images.size(), [&](std::size_t i) {
      are_there[i] = is_there(images[i], left.path + images_name, can_be_cached) ? 1 : 0;
    });
  });
  std::vector<NotedImage> rest;
  for (std::size_t i = 0; i < images.size(); ++i)
    if (are_there[i] != 0) rest.push_back(std::move(images[i]));
  images = std::move(rest);
}

// Locked. Whoever has begun to note something has the lock by then, so what is there without notes
// may be about to be held.
std::vector<Left> find_left(const std::string& own, ShardPart part) {
  std::vector<Left> found;
  FileError ended;
  for (fs::directory_iterator at(fs::path(own).parent_path(), ended);
       !ended && at != fs::directory_iterator(); at.increment(ended)) {
    const auto path = at->path().string();
    if (path == own || !is_attempt_of(at->path().filename().string(), part)) continue;
    Left left{.path = path, .lock = {}, .notes = {}};
    if (!has_notes(path) || !FolderLock::try_take_existing(path, left.lock)) continue;
    left.notes = read_notes(path);
    found.push_back(std::move(left));
  }
  return found;
}

// What it wrote when the images were there, or was writing.
void remove_what_comes_last(const std::string& attempt) {
  FileError ended;
  std::vector<fs::path> files;
  for (fs::directory_iterator at(attempt, ended); !ended && at != fs::directory_iterator();
       at.increment(ended))
    if (fs::is_regular_file(at->symlink_status())) files.push_back(at->path());
  for (const auto& file : files)
    if (file.string() != notes_path(attempt)) fs::remove(file, ended);
}

// The notes of the attempt whose folder is in the place of `own` now; empty: none is.
Notes take_over(const std::string& own, ShardPart part, const std::string& plan_id,
                std::size_t threads, FolderLock& lock) {
  auto found = find_left(own, part);
  for (auto& left : found) {
    if (left.notes.plan_id != plan_id) left.notes.images.clear();
    keep_what_is_there(left, threads);
  }
  const auto best = std::ranges::max_element(
      found, {}, [](const Left& left) { return left.notes.images.size(); });
  Notes taken;
  if (best != found.end() && !best->notes.images.empty() &&
      rename(best->path.c_str(), own.c_str()) == 0) {
    taken = std::move(best->notes);
    lock = std::move(best->lock);
    remove_what_comes_last(own);
  }
  FileError ignored;
  for (const auto& left : found) fs::remove_all(left.path, ignored);  // but for what is renamed
  return taken;
}

}  // namespace

ShardAttempt::ShardAttempt(Attempt folder, FolderLock lock, std::unique_ptr<AttemptNotes> notes)
    : lock_(std::move(lock)), folder_(std::move(folder)), notes_(std::move(notes)) {}

Result<ShardAttempt> ShardAttempt::begin(const std::string& work, ShardPart part,
                                         const std::string& plan_id, std::size_t threads,
                                         AttemptNotes::SyncEvery sync_every) {
  auto own = Attempt::begin(shard_folder(work, part));
  if (!own) return own.problem();
  FolderLock lock;
  auto left = take_over(own->path(), part, plan_id, threads, lock);
  if (left.images.empty()) {
    auto held = FolderLock::take(own->path());
    if (!held) return held.problem();
    lock = std::move(*held);
  }
  left.plan_id = plan_id;
  auto notes = AttemptNotes::begin(own->path(), own->path() + images_name, left, sync_every);
  if (!notes) return notes.problem();
  return ShardAttempt(std::move(*own), std::move(lock), std::move(*notes));
}

void ShardAttempt::leave() {
  if (notes_->are_of_use() && has_notes(folder_.path())) folder_.leave();
}

Result<bool> ShardAttempt::publish() {
  FileError ignored;
  remove_notes(folder_.path());
  for (const auto& folder : {folder_.path(), images()})
    fs::remove_all(folder + '/' + std::string(private_folder), ignored);
  return folder_.publish();
}

}  // namespace dcmflow
