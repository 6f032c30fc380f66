#include "stages/database/scan_records.h"

#include <utility>

#include "stages/database/record_bytes.h"
#include "stages/database/stored_headers.h"

namespace dcmflow {
namespace {

std::size_t bytes_of(const Instance& instance) {
  std::size_t bytes = sizeof(Instance) + sizeof(File) + instance.file->name.size() +
                      (instance.file->hidden() ? instance.file->hidden()->size() : 0) +
                      instance.values.bytes() + 4 * sizeof(InstancePtr);
  if (instance.frames())
    for (const auto& frame : *instance.frames()) bytes += sizeof frame + frame.bytes();
  return bytes;
}

// Twice: the interner has it as a key.
std::size_t bytes_of(const SharedHeader& header) {
  return sizeof(SharedHeader) + 2 * header.values.bytes();
}

Problem other_bytes() {
  return {Reason::catalogue_failed, {}, "a record of a scan is not what was stored"};
}

}  // namespace

std::string store_entry(const WalkEntry& entry) {
  RecordWriter out;
  out.number(entry.identity.device);
  out.number(entry.identity.inode);
  out.number(std::uint64_t{entry.found.ok()});
  if (entry.found)
    write_file(out, **entry.found);
  else
    write_whole_problem(out, entry.found.problem());
  return out.take();
}

Result<WalkEntry> load_entry(std::string_view bytes,
                             const std::shared_ptr<const std::string>& root) {
  RecordReader in(record_of(bytes));
  WalkEntry entry;
  entry.identity.device = in.number();
  entry.identity.inode = in.number();
  if (in.flag())
    entry.found = read_file(in, root);
  else
    entry.found = read_whole_problem(in);
  if (in.failed() || !in.at_end()) return other_bytes();
  return entry;
}

std::string store_refused(const RefusedFile& refused) {
  RecordWriter out;
  write_file(out, *refused.file);
  write_whole_problem(out, refused.problem);
  return out.take();
}

Result<RefusedFile> load_refused(std::string_view bytes,
                                 const std::shared_ptr<const std::string>& root) {
  RecordReader in(record_of(bytes));
  RefusedFile refused;
  refused.file = read_file(in, root);
  refused.problem = read_whole_problem(in);
  if (in.failed() || !in.at_end()) return other_bytes();
  return refused;
}

// No UID that is taken has a NUL.
std::string series_key(std::string_view study_instance_uid, std::string_view series_instance_uid) {
  std::string key(study_instance_uid);
  key += '\0';
  key += series_instance_uid;
  return key;
}

CollectHeaders::CollectHeaders(PartStore& store, std::size_t most_in_memory)
    : most_in_memory_(most_in_memory / 2), records_(store, most_in_memory / 2) {}

Result<bool> CollectHeaders::add(InstancePtr instance) {
  const auto* const shared = instance->shared.get();
  auto key = series_key(shared->study_instance_uid, shared->series_instance_uid);
  const Lock lock(mutex_);
  bytes_ += bytes_of(*instance);
  if (headers_.insert(shared).second) bytes_ += bytes_of(*shared);
  groups_[std::move(key)].push_back(std::move(instance));
  if (bytes_ < most_in_memory_) return false;
  if (auto stored = store_groups(); !stored) return stored.problem();
  return true;
}

Status CollectHeaders::store_groups() {
  for (auto& [key, instances] : std::exchange(groups_, {}))
    if (auto added = records_.add(key, store_headers(instances, {})); !added) return added;
  headers_.clear();
  bytes_ = 0;
  return Done{};
}

Result<MergedRecords> CollectHeaders::sorted() {
  const Lock lock(mutex_);
  if (auto stored = store_groups(); !stored) return stored.problem();
  return records_.sorted();
}

}  // namespace dcmflow
