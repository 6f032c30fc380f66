#include "engine/side_files.h"

#include <algorithm>
#include <functional>
#include <span>
#include <utility>

#include "engine/run.h"
#include "engine/take_made.h"
#include "engine/write_dicom_json.h"
#include "stages/base/output_file.h"
#include "stages/base/output_place.h"
#include "stages/base/record_sorter.h"
#include "stages/catalog/instance_json.h"
#include "stages/write_catalog.h"

namespace dcmflow {
namespace {

// Of a file that changed after the earlier run began its times say nothing.
bool is_settled(const Run& run, const Series& series) {
  return std::ranges::all_of(series.instances, [&](const InstancePtr& instance) {
    return run.earlier->is_settled(*instance->file);
  });
}

// Of the images that are there.
std::string sidecars_of(std::span<const VolumePtr> volumes) {
  std::vector<std::string> images;
  for (const auto& volume : volumes)
    if (volume->result()) images.push_back(volume->fingerprint());
  return sidecars_fingerprint(images);
}

using AllMembers = std::map<std::string, BidsMembers, std::less<>>;

// Of the images that are there, or may come.
AllMembers find_members(const Run& run, bool with_planned) {
  std::vector<const Stack*> images;
  for (const auto& volumes : run.volumes)
    for (const auto& volume : volumes)
      if (with_planned || volume->result()) images.push_back(&volume->stack());
  return bids_members(images, run.format.extension);
}

SidecarSource source_of(const std::string& of_series, const AllMembers& all, const Stack& stack) {
  const auto found = all.find(stack.image_stem);
  if (found == all.end()) return {of_series, of_series, {}};
  std::vector<std::string> parts{of_series};
  for (const auto& [key, json] : found->second) parts.push_back(key + ": " + json);
  return {of_series, sidecars_fingerprint(parts), found->second};
}

}  // namespace

void SideFiles::keep_earlier(const Run& run) {
  if (!run.earlier) return;
  if (run.settings.dicom_json)
    for (const auto& study : studies_of(run))
      if (std::ranges::all_of(study, [&](const auto* series) { return is_settled(run, *series); }))
        keep(run, {dicom_json_stem(study.front()->study_instance_uid) + ".json"},
             study_fingerprint(study, run.table, run.settings.no_patient));
  if (!run.settings.bids) return;
  const auto members = find_members(run, true);
  for (std::size_t i = 0; i < run.series.size(); ++i) {
    const auto is_taken = [](const VolumePtr& volume) { return volume->is_taken(); };
    if (!std::ranges::all_of(run.volumes[i], is_taken) || !is_settled(run, *run.series[i]))
      continue;
    const auto made_of = sidecars_of(run.volumes[i]);
    for (const auto& volume : run.volumes[i]) {
      const auto names = sidecar_names(volume->stack());
      keep(run, names, source_of(made_of, members, volume->stack()).of_all);
      if (keeps(names.front())) kept_sidecars_.insert(names.begin(), names.end());
    }
  }
}

// All of them or none.
void SideFiles::keep(const Run& run, const std::vector<std::string>& names,
                     const std::string& made_of) {
  std::vector<const SideFile*> files;
  for (const auto& name : names) {
    const auto* const file = run.earlier->find_side_file(name, made_of);
    if (!file || !is_as_written(run.output.folder().path, name, file->bytes, file->modified_ns))
      return;
    files.push_back(file);
  }
  for (const auto* file : files) kept_.emplace(file->name, *file);
}

void SideFiles::settle(const Run& run) {
  const bool is_of_shards = run.made != nullptr || run.keeps_tries;
  if (!run.settings.bids) return;
  if (run.settings.catalogue == WhetherCatalogue::none && !is_of_shards) return;
  const auto members = find_members(run, false);
  std::map<const Stack*, SidecarSource> sources;
  for (const auto& volumes : run.volumes) {
    const auto made_of = sidecars_of(volumes);
    for (const auto& volume : volumes) {
      if (!volume->result()) continue;
      const auto& stack = volume->stack();
      const auto& source =
          sources.emplace(&stack, source_of(made_of, members, stack)).first->second;
      for (const auto& name : sidecar_names(stack)) sidecars_[name] = source.of_all;
    }
  }
  for (const auto& name : kept_sidecars_) {
    const auto due = sidecars_.find(name);
    if (due == sidecars_.end() || due->second != kept_.at(name).made_of) kept_.erase(name);
  }
  if (run.made == nullptr) return;
  for (const auto& [stack, source] : sources)
    for (const auto& file : take_made_sidecars(run, sidecar_names(*stack), source))
      kept_.emplace(file.name, file);
}

void SideFiles::add(const OutputFile& file, std::string made_of) {
  written_[file.name()] = {file.name(), std::move(made_of), file.bytes(), file.modified_ns()};
}

void SideFiles::add_sidecar(const OutputFile& file) {
  if (const auto due = sidecars_.find(file.name()); due != sidecars_.end()) add(file, due->second);
}

std::vector<SideFile> SideFiles::all() const {
  std::vector<SideFile> files;
  for (const auto* some : {&kept_, &written_})
    for (const auto& [name, file] : *some) files.push_back(file);
  return files;
}

Status SideFiles::put_away(Run& run) {
  std::string records;
  for (const auto& file : all()) {
    const auto path = run.output.folder().path + '/' + file.name;
    const bool sync = run.settings.sync && run.stop == 0;
    if (auto there = check_output(path, file.name, file.bytes, sync); !there) return there;
    append_record(records, {}, store_side_file(file));
    if (run.output.is_earlier(file.name)) run.done->rewritten.insert(file.name);
  }
  kept_.clear();
  written_.clear();
  sidecars_.clear();
  if (run.part_store->add(done_, records)) return Done{};
  return Problem{Reason::disk_full, {}, "there is no room on the disk for the names of sidecars"};
}

Status SideFiles::for_each(const Run& run,
                           const std::function<Status(const SideFile&)>& take) const {
  for (const auto& file : all())
    if (auto taken = take(file); !taken) return taken;
  if (done_.extents.empty()) return Done{};
  auto records = stored_records(*run.part_store, done_);
  for (KeyedRecord record;;) {
    const auto more = records.next(record);
    if (!more) return more.problem();
    if (!*more) return Done{};
    if (auto taken = take(load_side_file(record.record)); !taken) return taken;
  }
}

}  // namespace dcmflow
