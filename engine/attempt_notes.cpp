#include "engine/attempt_notes.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <iterator>
#include <string_view>
#include <utility>

#include "engine/boot_id.h"
#include "engine/volume_job.h"
#include "stages/base/keyed_records.h"
#include "stages/base/output_file.h"
#include "stages/base/output_place.h"
#include "stages/database/record_bytes.h"

namespace dcmflow {
namespace {

constexpr auto file_name = "notes";
// Of the records: the plan and the start of the machine, a line each; an image; how many of the
// images before it the disk has.
constexpr std::string_view begun_key = "begun", image_key = "image", synced_key = "synced";

}  // namespace

TriedImage tried_image(const VolumeJob& image) {
  const auto& result = image.result();
  return {.file = result ? &*result : nullptr,
          .problem = result ? nullptr : &result.problem(),
          .unreadable = image.unreadable(),
          .stem = image.stack().image_stem,
          .made_of = image.fingerprint(),
          .overview = image.overview()};
}

std::string notes_path(const std::string& attempt) { return attempt + '/' + file_name; }

bool has_notes(const std::string& attempt) {
  return access(notes_path(attempt).c_str(), F_OK) == 0;
}

void remove_notes(const std::string& attempt) { unlink(notes_path(attempt).c_str()); }

Notes read_notes(const std::string& attempt) {
  std::ifstream file(notes_path(attempt), std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  std::string_view rest = bytes;
  KeyedReader reader([&]() -> Result<std::string_view> { return std::exchange(rest, {}); },
                     bytes.size());
  Notes notes;
  for (KeyedRecord one;;) {
    const auto more = reader.next(one);
    if (!more || !*more) return notes;
    if (one.key == begun_key) {
      const auto end = std::min(one.record.find('\n'), one.record.size());
      notes.plan_id = one.record.substr(0, end);
      notes.boot_id = one.record.substr(std::min(end + 1, one.record.size()));
    } else if (one.key == image_key) {
      notes.images.push_back({std::move(one.record)});
    } else if (one.key == synced_key) {
      std::size_t count = 0;
      std::from_chars(one.record.data(), one.record.data() + one.record.size(), count);
      for (std::size_t i = 0; i < std::min(count, notes.images.size()); ++i)
        notes.images[i].is_synced = true;
    }
  }
}

AttemptNotes::AttemptNotes(Descriptor file, std::string images, SyncEvery sync_every,
                           MadeImages earlier, Files unsynced)
    : file_(std::move(file)),
      images_(std::move(images)),
      sync_every_(sync_every),
      earlier_(std::move(earlier)),
      noted_(earlier_.images().size()),
      unsynced_(std::move(unsynced)) {}

Result<std::unique_ptr<AttemptNotes>> AttemptNotes::begin(const std::string& attempt,
                                                          const std::string& images,
                                                          const Notes& earlier,
                                                          SyncEvery sync_every) {
  MadeImages all, unsynced;
  std::string bytes;
  append_record(bytes, begun_key, earlier.plan_id + '\n' + boot_id());
  for (const bool is_synced : {true, false}) {
    for (const auto& image : earlier.images) {
      if (image.is_synced != is_synced) continue;
      const auto record = record_of(image.record);
      if (auto loaded = all.load(record, images); !loaded) return loaded.problem();
      if (!is_synced) static_cast<void>(unsynced.load(record, images).ok());
      append_record(bytes, image_key, image.record);
    }
    if (is_synced) append_record(bytes, synced_key, std::to_string(all.images().size()));
  }
  // Those that are there count until these have their name.
  auto begun = OutputFile::create(attempt, file_name);
  if (!begun) return begun.problem();
  if (auto written = begun->append(bytes); !written) return written.problem();
  if (auto named = begun->commit(); !named) return named.problem();
  const auto path = notes_path(attempt);
  Descriptor file(open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC));
  if (!file) return output_problem(path, errno);
  Files files;
  for (const auto* row : unsynced.images()) add_files(files, row->image->file);
  return std::unique_ptr<AttemptNotes>(
      new AttemptNotes(std::move(file), images, sync_every, std::move(all), std::move(files)));
}

void AttemptNotes::add_files(Files& files, const ImageFile& image) {
  for (std::size_t i = 0; i < image.file_names.size(); ++i)
    files.emplace_back(image.file_names[i], image.file_bytes[i]);
}

// A record is one call: whoever is killed leaves a whole one or none. What the disk did not take
// whole ends the notes, since nothing can be read behind it.
void AttemptNotes::append(std::string_view key, std::string_view record) {
  if (!is_whole_) return;
  std::string bytes;
  append_record(bytes, key, record);
  is_whole_ = write_all(file_.get(), bytes) == 0;
}

void AttemptNotes::add(const VolumeJob& image) {
  const auto tried = tried_image(image);
  const auto record = store_images({&tried, 1}, {});
  Files files;
  std::size_t noted = 0;
  {
    const Lock lock(mutex_);
    append(image_key, record);
    ++noted_;
    add_files(unsynced_, *tried.file);
    const bool is_due =
        sync_every_ && std::chrono::steady_clock::now() - synced_at_ >= *sync_every_;
    if (!is_due || is_syncing_ || !status_) return;
    is_syncing_ = true;
    files.swap(unsynced_);
    noted = noted_;
  }
  auto synced = sync(files);
  const Lock lock(mutex_);
  is_syncing_ = false;
  synced_at_ = std::chrono::steady_clock::now();
  if (synced) {
    for (auto& [name, bytes] : files) synced_.insert(std::move(name));
    append(synced_key, std::to_string(noted));
    static_cast<void>(fdatasync(file_.get()));
  }
  status_ = std::move(synced);
}

Status AttemptNotes::sync(const Files& files) const {
  std::vector<std::string> names;
  for (const auto& [name, bytes] : files) {
    if (auto synced = check_output(images_ + '/' + name, name, bytes, true); !synced) return synced;
    names.push_back(name);
  }
  return sync_folders(images_, names);
}

bool AttemptNotes::has_synced(const std::string& name) {
  const Lock lock(mutex_);
  return synced_.contains(name);
}

bool AttemptNotes::are_of_use() {
  const Lock lock(mutex_);
  return status_ && noted_ > 0;
}

Status AttemptNotes::status() {
  const Lock lock(mutex_);
  return status_;
}

}  // namespace dcmflow
