#include "engine/json_space.h"

#include <sys/statvfs.h>

#include <cstdint>
#include <string>
#include <system_error>
#include <vector>

#include "engine/write_dicom_json.h"
#include "stages/base/filesystem.h"
#include "stages/pixels/overview.h"
#include "stages/selection/selection_rules_types.h"

namespace dcmflow {
namespace {

// Of a catalogue: in all, and more for each file.
constexpr std::uint64_t catalogue_bytes = 4 << 20, file_bytes = 2 << 10;

// An image in selection-report.json, and in selected-images.json for each selection that it
// matches. Text doubles where it has to be escaped.
std::uint64_t selection_bytes(const Candidate& candidate, const Run& run) {
  constexpr std::uint64_t image_bytes = 400, fact_bytes = 40, match_bytes = 200;
  const std::uint64_t stem = 2 * candidate.facts.stem.size();
  std::uint64_t selected = 0;
  std::uint64_t report = image_bytes + stem;
  for (const auto& values : candidate.facts.values) {
    report += fact_bytes;
    for (const std::string& value : values) report += 2 * value.size();
  }
  for (std::size_t s = 0; s < candidate.matches.size(); ++s) {
    const SelectionMatch& match = candidate.matches[s];
    if (match.matched) selected += match_bytes + stem;
    report += match_bytes + 2 * (run.rules.selections[s]->name.size() + match.failed_key.size() +
                                 match.expected.size() + match.seen.size());
    for (const MatchNote& note : match.notes) report += fact_bytes + 2 * note.key.size();
  }
  return selected + (run.settings.explain ? report : 0);
}

// Those too that are still to be loaded.
AllSeries all_series_of(const Run& run) {
  if (run.done) return run.given->all;
  AllSeries all{.series = run.series.size(), .size = {}};
  for (const auto& series : run.series) {
    all.size.instances += series->instances.size();
    for (const auto& instance : series->instances)
      all.size.name_bytes += instance->file->name.size();
  }
  return all;
}

// What rules say of images is not known before these are loaded.
std::uint64_t selection_bytes(const AllSeries& all, const Run& run) {
  constexpr std::uint64_t match_bytes = 200, report_bytes = 1000;
  const std::uint64_t lists = run.rules.selections.size() + 1;
  const std::uint64_t once = all.images * match_bytes + 2 * all.stem_bytes;
  return lists * once + (run.settings.explain ? lists * all.images * report_bytes : 0);
}

// The lists and the marker; what the settings ask for beside them, prepared/ itself among it; and
// what SQLite makes beside its file. Sidecars are as many as images, and not counted.
std::size_t list_files(const Settings& settings) {
  std::size_t files = 4 + 2;
  if (settings.layout.kind == Layout::Kind::bids) files += 4;
  if (settings.labels) ++files;
  if (settings.prepare) files += 3;
  if (settings.explain) ++files;
  if (settings.report) ++files;
  if (settings.tables != TableFormat::none) files += 3;
  return files;
}

}  // namespace

// Measured on real series, and doubled; the details of refusals are longer than names of images.
JsonSpace json_space(const Run& run) {
  constexpr std::uint64_t fixed = 8 << 10;
  constexpr std::uint64_t series_bytes = 4 << 10;
  constexpr std::uint64_t report_row = 400, other_rows = 700, table_row = 3000;
  constexpr std::uint64_t page_bytes = 128 << 10, pixel_bytes = 2;  // with Base64
  JsonSpace space{fixed, fixed, dicom_json_bytes(run), 2, list_files(run.settings)};
  for (const auto& candidates : run.candidates)
    for (const Candidate& candidate : candidates)
      space.other_bytes += selection_bytes(candidate, run);
  const auto all = all_series_of(run);
  if (run.done) space.other_bytes += selection_bytes(all, run);
  if (run.settings.report) {
    const std::uint64_t images = run.planned_images();
    const std::uint64_t side = picture_side(images);
    space.other_bytes += page_bytes + images * (series_bytes + 3 * side * side * pixel_bytes);
  }
  constexpr std::uint64_t prepared_image = 4 << 10;
  if (run.settings.prepare) space.other_bytes += run.planned_images() * prepared_image;
  for (const std::string& warning : run.rules.warnings) space.other_bytes += 2 * warning.size();
  const auto& [instances, name_bytes] = all.size;
  space.report_bytes += all.series * series_bytes / 4 + name_bytes + instances * report_row;
  space.other_bytes += all.series * series_bytes + 2 * name_bytes + instances * other_rows;
  if (run.settings.tables != TableFormat::none) space.other_bytes += instances * table_row;
  return space;
}

JsonSpace space_to_book(const Run& run, const JsonSpace& space) {
  struct statvfs disk {};
  if (!run.done || statvfs(run.output.folder().path.c_str(), &disk) != 0) return space;
  const std::uint64_t lists = space.report_bytes + space.other_bytes;
  const std::uint64_t waiting =
      lists + catalogue_bytes + file_bytes * all_series_of(run).size.instances;
  const std::uint64_t available = disk.f_bavail * disk.f_frsize;
  JsonSpace less = space;
  for (auto* const part : {&less.dicom_json_bytes, &less.other_bytes, &less.report_bytes}) {
    const auto booked = less.report_bytes + less.other_bytes + less.dicom_json_bytes;
    if (booked + waiting < available) break;
    *part = 0;
  }
  return less;
}

std::unique_ptr<PartStore> make_part_store(const Run& run, const JsonSpace& space) {
  constexpr std::uint64_t largest_voxel = 4;
  std::uint64_t voxels = 0;
  for (const auto& volumes : run.volumes)
    for (const auto& volume : volumes) {
      const auto& size = volume->stack().grid.size;
      voxels += std::uint64_t{size[0]} * size[1] * volume->stack().written_slices();
    }
  const auto parts = space.report_bytes + space.other_bytes;
  const auto& path = run.output.folder().path;
  FileError error;
  const auto disk = fs::space(path, error);
  const auto needed = 2 * parts + space.dicom_json_bytes + voxels * largest_voxel;
  const bool has_room = !error && disk.available > needed;
  return std::make_unique<PartStore>(path + '/' + std::string(private_folder),
                                     PartStore::usual_memory, has_room ? parts : 0);
}

bool has_room_for_catalogue(const Run& run) {
  constexpr std::uint64_t widest_voxel = 4;
  struct statvfs disk {};
  if (statvfs(run.output.folder().path.c_str(), &disk) != 0) return true;
  std::uint64_t needed = catalogue_bytes;
  for (std::size_t i = 0; i < run.series.size(); ++i) {
    needed += file_bytes * run.series[i]->instances.size();
    for (const auto& volume : run.volumes[i]) {
      const auto& size = volume->stack().grid.size;
      needed += widest_voxel * size[0] * size[1] * volume->stack().written_slices();
    }
  }
  return disk.f_bavail * disk.f_frsize > needed;
}

}  // namespace dcmflow
