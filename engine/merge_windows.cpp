#include "engine/merge_windows.h"

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "config/settings.h"
#include "engine/read_headers.h"
#include "engine/series_window.h"
#include "engine/verify_shards.h"
#include "stages/group_series.h"

namespace dcmflow {
namespace {

constexpr std::size_t made_in_memory = 2 << 20;
constexpr std::size_t piece_bytes = 256 << 10;
// Each costs a descriptor, a buffer and the headers of a series.
constexpr std::size_t most_at_once = 128;
constexpr std::size_t other_descriptors = 64;

// See series_key().
std::string study_of(std::string_view key) { return std::string(key.substr(0, key.find('\0'))); }
std::string_view uid_of(std::string_view key) { return key.substr(key.find('\0') + 1); }

std::size_t shards_at_once() {
  const auto available = available_descriptors();
  const auto free = available > other_descriptors ? available - other_descriptors : 2;
  return std::clamp<std::size_t>(free, 2, most_at_once);
}

}  // namespace

MergeWindows::MergeWindows(const ShardCall& call, const ShardPlan& plan, Run& run)
    : call_(call), plan_(plan), run_(run), sorter_(*run.part_store, made_in_memory) {}

Result<KeyedReader> MergeWindows::read_headers(std::size_t shard) const {
  return KeyedReader::open(plan_folder(call_.work) + '/' + headers_name(shard),
                           plan_.headers_sha256[shard]);
}

Status MergeWindows::note_series(const KeyedRecord& series) {
  GivenInput& given = *run_.given;
  const auto images = load_planned_images(series.record, given);
  if (!images) return images.problem();
  run_.done->shared_uids.add_series(uid_of(series.key));
  for (auto& image : given.images.back()) {
    run_.done->shared_uids.add_stem(image.stem, uid_of(series.key));
    keys_.emplace_back(std::move(image.stem), series.key);
  }
  given.images.clear();
  return Done{};
}

Status MergeWindows::open_shard(std::size_t shard) {
  auto headers = read_headers(shard);
  if (!headers) return headers.problem();
  keys_.clear();
  for (KeyedRecord series; run_.stop == 0;) {
    const auto more = headers->next(series);
    if (!more) return more.problem();
    if (!*more) break;
    if (auto noted = note_series(series); !noted) return noted;
  }
  std::ranges::sort(keys_);
  for (ShardPart part{shard, 0}; run_.stop == 0 && (part.part == 0 || is_wanted(call_.work, part));
       ++part.part) {
    const auto records = read_records(call_.work, plan_, part);
    if (!records) return records.problem();
    auto images = split_images(record_of(*records));
    if (!images) return images.problem();
    for (auto& [stem, record] : *images) {
      const auto key = std::ranges::lower_bound(
          keys_, stem, {}, [](const auto& one) -> const std::string& { return one.first; });
      if (key == keys_.end() || key->first != stem) continue;  // of no series of the plan
      for (const auto extension : {run_.format.extension, run_.format.voxel_extension})
        if (auto name = stem + std::string(extension); run_.output.is_earlier(name))
          run_.done->to_rewrite.insert(std::move(name));
      std::string row;
      append_record(row, shard_folder(call_.work, part) + "/images", record);
      if (auto added = sorter_.add(key->second, std::move(row)); !added) return added;
    }
  }
  return Done{};
}

Status MergeWindows::open() {
  run_.given->planned_images = plan_.images;
  for (std::size_t shard = 0; shard < plan_.headers_sha256.size() && run_.stop == 0; ++shard)
    if (auto opened = open_shard(shard); !opened) return opened;
  keys_ = {};
  run_.done->shared_uids.end();
  if (run_.stop != 0) return Done{};
  auto made = sorter_.sorted();
  if (!made) return made.problem();
  made_ = std::move(*made);
  auto headers = merge_headers();
  if (!headers) return headers.problem();
  headers_ = std::move(*headers);
  if (auto read = load_made({}); !read) return read;
  return read_ahead();
}

// In passes, where they are more than can be open at once.
Result<MergedRecords> MergeWindows::merge_headers() {
  const auto shards = plan_.headers_sha256.size();
  const auto at_once = shards_at_once();
  const bool are_many = shards > at_once;
  const std::size_t step = are_many ? at_once : 1;
  std::vector<KeyedReader> readers;
  for (std::size_t shard = 0; shard < shards; shard += step) {
    auto reader =
        are_many ? merge_some(shard, std::min(step, shards - shard)) : read_headers(shard);
    if (!reader) return reader.problem();
    readers.push_back(std::move(*reader));
  }
  return MergedRecords(std::move(readers));
}

Result<KeyedReader> MergeWindows::merge_some(std::size_t first, std::size_t shards) {
  std::vector<KeyedReader> readers;
  for (std::size_t shard = first; shard < first + shards; ++shard) {
    auto reader = read_headers(shard);
    if (!reader) return reader.problem();
    readers.push_back(std::move(*reader));
  }
  MergedRecords records(std::move(readers));
  StoredText run;
  std::string piece;
  for (KeyedRecord record; run_.stop == 0;) {
    const auto more = records.next(record);
    if (!more) return more.problem();
    if (*more) append_record(piece, record.key, record.record);
    if (*more && piece.size() < piece_bytes) continue;
    if (!run_.part_store->add(run, piece))
      return Problem{Reason::disk_full, {}, "there is no room on the disk for the plan's headers"};
    if (!*more) break;
    piece.clear();
  }
  return stored_records(*run_.part_store, std::move(run));
}

Status MergeWindows::read_ahead() {
  const auto more = headers_->next(ahead_);
  if (!more) return more.problem();
  has_more_ = *more;
  return Done{};
}

// Up to those of the series; of none, to the first of all.
Status MergeWindows::load_made(const std::string& key) {
  for (bool is_first = key.empty(); has_more_made_; is_first = false) {
    if (!is_first) {
      if (key < made_ahead_.key || key.empty()) return Done{};
      std::string_view row = made_ahead_.record;
      KeyedReader reader(
          [row]() mutable { return Result<std::string_view>(std::exchange(row, {})); }, row.size());
      KeyedRecord made;
      if (const auto read = reader.next(made); !read) return read.problem();
      if (auto loaded = window_made_.load(record_of(made.record), made.key); !loaded) return loaded;
    }
    const auto more = made_->next(made_ahead_);
    if (!more) return more.problem();
    has_more_made_ = *more;
  }
  return Done{};
}

Status MergeWindows::load_next() {
  const auto root = std::make_shared<const std::string>(plan_.root);
  HeaderInterner interner;
  GivenInput window;
  window_made_ = {};
  for (std::string study; has_more_ && run_.stop == 0;) {
    const auto next = study_of(ahead_.key);
    if (next != study && window.instances.size() >= files_at_work(run_.settings)) break;
    study = next;
    const auto headers = load_planned_images(ahead_.record, window);
    if (!headers) return headers.problem();
    if (auto loaded = load_planned_headers(*headers, root, run_.table, interner, window); !loaded)
      return loaded;
    if (auto loaded = load_made(ahead_.key); !loaded) return loaded;
    if (auto read = read_ahead(); !read) return read;
  }
  GroupSeries groups;
  for (auto& instance : window.instances) groups.add(std::move(instance));
  auto series = groups.finish();
  if (series.size() != window.images.size())
    return Problem{Reason::internal_error, {}, "the series are not those of the plan"};
  run_.given->digests = std::move(window.digests);
  run_.given->images = std::move(window.images);
  run_.made = &window_made_;
  run_.series = std::move(series);
  tell_several_patients(run_);
  return Done{};
}

}  // namespace dcmflow
