#include "engine/scanned_parts.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <tuple>
#include <utility>

#include "stages/base/record_sorter.h"
#include "stages/database/files_fingerprint.h"
#include "stages/database/record_bytes.h"
#include "stages/database/scan_records.h"
#include "stages/database/stored_headers.h"
#include "stages/group_series.h"

namespace dcmflow {
namespace {

constexpr std::size_t names_in_memory = std::size_t{16} << 20;
constexpr std::size_t identity_bytes = 2 * sizeof(std::uint64_t);

const std::string& name_of(const Result<FilePtr>& found) {
  return found ? (*found)->name : found.problem().subject;
}

// Any order will do, but what is one file is together.
std::string key_of(const FileIdentity& identity) {
  std::string key(identity_bytes, '\0');
  std::memcpy(key.data(), &identity.device, sizeof identity.device);
  std::memcpy(key.data() + sizeof identity.device, &identity.inode, sizeof identity.inode);
  return key;
}

// Calls visit(record) for each.
template <class Visit>
Status for_each(MergedRecords& records, Visit&& visit) {
  for (KeyedRecord record;;) {
    const auto more = records.next(record);
    if (!more) return more.problem();
    if (!*more) return Done{};
    if (auto visited = visit(record); !visited) return visited;
  }
}

}  // namespace

Result<ScannedParts> ScannedParts::open(const std::vector<std::string>& folders,
                                        const AttributeTable& table) {
  ScannedParts parts(table);
  parts.folders_ = folders;
  for (const auto& folder : folders) {
    auto part = read_part(folder);
    if (!part) return part.problem();
    parts.parts_.push_back(std::move(*part));
  }
  parts.root_ = std::make_shared<const std::string>(parts.parts_.front().root);
  return parts;
}

Result<MergedRecords> ScannedParts::merge(const char* name, Sha256Of sha256) const {
  std::vector<KeyedReader> readers;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    auto reader = KeyedReader::open(folders_[i] + '/' + name, parts_[i].*sha256);
    if (!reader) return reader.problem();
    readers.push_back(std::move(*reader));
  }
  return MergedRecords(std::move(readers));
}

Status ScannedParts::compare_files(PartStore& store) {
  RecordSorter names(store, names_in_memory);
  auto entries = merge("entries", &ScannedPart::entries_sha256);
  if (!entries) return entries.problem();
  auto read = for_each(*entries, [&](const KeyedRecord& record) -> Status {
    const auto entry = load_entry(record.record, root_);
    if (!entry) return entry.problem();
    if (entry->identity.inode == 0) return Done{};
    return names.add(key_of(entry->identity) + record.key, {});
  });
  if (!read) return read;
  auto sorted = names.sorted();
  if (!sorted) return sorted.problem();
  std::string last;
  return for_each(*sorted, [&](const KeyedRecord& name) -> Status {
    const auto identity = name.key.substr(0, identity_bytes);
    if (identity == last) repeated_.insert(name.key.substr(identity_bytes));
    last = identity;
    return Done{};
  });
}

// The number of files and their fingerprint, too.
Status ScannedParts::add_entries(FoundFiles& found) {
  FilesFingerprint fingerprint;
  auto entries = merge("entries", &ScannedPart::entries_sha256);
  if (!entries) return entries.problem();
  auto read = for_each(*entries, [&](const KeyedRecord& record) -> Status {
    auto entry = load_entry(record.record, root_);
    if (!entry) return entry.problem();
    if (repeated_.contains(record.key)) entry->found = same_file_problem(name_of(entry->found));
    fingerprint.add(entry->found);
    if (!entry->found) found.problems.push_back(entry->found.problem());
    return Done{};
  });
  found.files = fingerprint.files();
  found.began_ns = std::ranges::min(parts_, {}, &ScannedPart::began_ns).began_ns;
  found.fingerprint = fingerprint.take(found.began_ns);
  return read;
}

Status ScannedParts::add_refused(FoundFiles& found) {
  auto refused = merge("refused", &ScannedPart::refused_sha256);
  if (!refused) return refused.problem();
  return for_each(*refused, [&](const KeyedRecord& record) -> Status {
    auto file = load_refused(record.record, root_);
    if (!file) return file.problem();
    if (repeated_.contains(record.key)) return Done{};
    found.others.push_back(std::move(file->file));
    found.problems.push_back(std::move(file->problem));
    return Done{};
  });
}

Result<FoundFiles> ScannedParts::find_files(PartStore& store) {
  if (auto compared = compare_files(store); !compared) return compared.problem();
  FoundFiles found;
  if (auto added = add_entries(found); !added) return added.problem();
  if (auto added = add_refused(found); !added) return added.problem();
  std::ranges::sort(found.others, {},
                    [](const FilePtr& file) { return std::string_view(file->name); });
  std::ranges::sort(found.problems, {}, [](const Problem& problem) {
    return std::tuple<std::string_view, Reason, std::string_view>(problem.subject, problem.reason,
                                                                  problem.detail);
  });
  return found;
}

Result<std::vector<SeriesPtr>> ScannedParts::next() {
  if (!headers_) {
    auto headers = merge("headers", &ScannedPart::headers_sha256);
    if (!headers) return headers.problem();
    headers_ = std::move(*headers);
    const auto first = headers_->next(ahead_);
    if (!first) return first.problem();
    has_more_ = *first;
  }
  // All files of a series may be further names of others.
  while (has_more_) {
    auto series = group_next();
    if (!series || !series->empty()) return series;
  }
  return std::vector<SeriesPtr>();
}

Result<std::vector<SeriesPtr>> ScannedParts::group_next() {
  const auto key = ahead_.key;
  HeaderInterner interner;
  GroupSeries group;
  while (has_more_ && ahead_.key == key) {
    auto stored = load_headers(record_of(ahead_.record), root_, table_, interner);
    if (!stored) return stored.problem();
    for (auto& instance : stored->instances)
      if (repeated_.empty() || !repeated_.contains(walk_key(instance->file->place())))
        group.add(std::move(instance));
    const auto more = headers_->next(ahead_);
    if (!more) return more.problem();
    has_more_ = *more;
  }
  return group.finish();
}

}  // namespace dcmflow
