#include "stages/base/record_sorter.h"

#include <algorithm>
#include <memory>

namespace dcmflow {
namespace {

constexpr std::size_t piece_bytes = std::size_t{256} << 10;
constexpr std::size_t record_bytes = 80;

}  // namespace

KeyedReader stored_records(const PartStore& store, StoredText run) {
  struct Pieces {
    Pieces(const PartStore& its_store, StoredText its_text)
        : text(std::move(its_text)), reader(its_store, text) {}
    StoredText text;
    PartReader reader;
  };
  std::uint64_t bytes = 0;
  for (const auto& extent : run.extents) bytes += extent.bytes;
  auto pieces = std::make_shared<Pieces>(store, std::move(run));
  return KeyedReader([pieces] { return pieces->reader.next(); }, bytes);
}

Status RecordSorter::add(std::string key, std::string record) {
  bytes_ += key.size() + record.size() + record_bytes;
  records_.push_back({std::move(key), std::move(record)});
  return bytes_ < most_in_memory_ ? Done{} : end_run();
}

Status RecordSorter::end_run() {
  std::ranges::stable_sort(records_, {}, &KeyedRecord::key);
  StoredText run;
  std::string piece;
  const auto no_room = [] {
    return Problem{Reason::disk_full, {}, "there is no room on the disk for what is to be sorted"};
  };
  for (auto& [key, record] : records_) {
    append_record(piece, key, record);
    if (piece.size() < piece_bytes) continue;
    if (!store_.add(run, piece)) return no_room();
    piece.clear();
  }
  if (!store_.add(run, piece)) return no_room();
  runs_.push_back(std::move(run));
  records_ = {};
  bytes_ = 0;
  return Done{};
}

Result<MergedRecords> RecordSorter::sorted() {
  if (auto ended = end_run(); !ended) return ended.problem();
  std::vector<KeyedReader> readers;
  for (auto& run : runs_) readers.push_back(stored_records(store_, std::move(run)));
  runs_.clear();
  return MergedRecords(std::move(readers));
}

}  // namespace dcmflow
