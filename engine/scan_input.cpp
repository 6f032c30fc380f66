#include "engine/scan_input.h"

#include <cstdint>
#include <utility>

#include "engine/catalogue_run.h"
#include "engine/run.h"
#include "stages/base/output_file.h"
#include "stages/database/stored_headers.h"
#include "stages/discover_files.h"

namespace dcmflow {
namespace {

constexpr std::size_t headers_in_memory = std::size_t{32} << 20;
constexpr std::size_t refused_in_memory = std::size_t{4} << 20;

}  // namespace

ScanInput::ScanInput(const std::string& folder, InputSlice slice, KeyedFile entries)
    : folder_(folder),
      slice_(slice),
      store_(folder, 0, PartStore::no_limit),
      headers_(store_, headers_in_memory),
      entries_(std::move(entries)),
      refused_(store_, refused_in_memory) {}

Result<std::unique_ptr<ScanInput>> ScanInput::begin(const std::string& folder, InputSlice slice) {
  auto entries = KeyedFile::create(folder, "entries");
  if (!entries) return entries.problem();
  return std::unique_ptr<ScanInput>(new ScanInput(folder, slice, std::move(*entries)));
}

bool ScanInput::note(const Status& status) {
  if (status) return true;
  has_failed_ = true;
  const Lock lock(mutex_);
  if (!failure_) failure_ = status.problem();
  return false;
}

void ScanInput::add(WalkEntry entry, std::string_view place) {
  note([&] {
    const Lock lock(mutex_);
    return entries_.add(walk_key(place), store_entry(entry));
  }());
}

bool ScanInput::add(InstancePtr instance) {
  const auto added = headers_.add(std::move(instance));
  return added ? *added : note(added.problem());
}

void ScanInput::add(RefusedFile refused) {
  note([&] {
    const Lock lock(mutex_);
    return refused_.add(walk_key(refused.file->place()), store_refused(refused));
  }());
}

Result<std::string> ScanInput::write(const std::string& name, Result<MergedRecords> records) const {
  if (!records) return records.problem();
  auto file = KeyedFile::create(folder_, name);
  if (!file) return file.problem();
  for (KeyedRecord record;;) {
    const auto more = records->next(record);
    if (!more) return more.problem();
    if (!*more) return file->commit();
    if (auto added = file->add(record.key, record.record); !added) return added.problem();
  }
}

Status ScanInput::end(const Run& run) {
  const Lock lock(mutex_);
  if (failure_) return *failure_;
  const auto entries = entries_.commit();
  if (!entries) return entries.problem();
  const auto refused = write("refused", refused_.sorted());
  if (!refused) return refused.problem();
  const auto headers = write("headers", headers_.sorted());
  if (!headers) return headers.problem();
  const auto& input = run.settings.input.value;
  const auto text = part_text({.slice = slice_,
                               .input = input,
                               .root = root_of_names(input),
                               .attributes = scan_fingerprint(run.table, run.settings.no_patient),
                               .began_ns = began_ns(run),
                               .entries_sha256 = *entries,
                               .refused_sha256 = *refused,
                               .headers_sha256 = *headers});
  auto part = OutputFile::create(folder_, "part.json");
  if (!part) return part.problem();
  if (auto written = part->append(text); !written) return written;
  if (auto named = part->commit(); !named) return named;
  return check_output(folder_ + "/part.json", "part.json", text.size(), true);
}

}  // namespace dcmflow
