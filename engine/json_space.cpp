#include "engine/json_space.h"

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

// Of all series, those too that are still to be loaded.
std::vector<SeriesSize> sizes_of(const Run& run) {
  if (run.is_in_windows) return run.given->sizes;
  std::vector<SeriesSize> sizes;
  for (const auto& series : run.series) {
    auto& size = sizes.emplace_back();
    size.instances = series->instances.size();
    for (const auto& instance : series->instances) size.name_bytes += instance->file->name.size();
  }
  return sizes;
}

}  // namespace

// Measured on real series, and doubled; the details of refusals are longer than names of images.
JsonSpace json_space(const Run& run) {
  constexpr std::uint64_t fixed = 8 << 10;
  constexpr std::uint64_t series_bytes = 4 << 10;
  constexpr std::uint64_t report_row = 400, other_rows = 700, table_row = 3000;
  constexpr std::uint64_t page_bytes = 128 << 10, pixel_bytes = 2;  // with Base64
  JsonSpace space{fixed, fixed, dicom_json_bytes(run)};
  for (const auto& candidates : run.candidates)
    for (const Candidate& candidate : candidates)
      space.other_bytes += selection_bytes(candidate, run);
  // What rules say of images is not known before these are loaded.
  if (run.is_in_windows)
    for (const auto& images : run.given->images)
      for (const auto& image : images)
        space.other_bytes += (run.rules.selections.size() + 1) * (200 + 2 * image.stem.size());
  if (run.settings.report) {
    const std::uint64_t images = run.planned_images();
    const std::uint64_t side = picture_side(images);
    space.other_bytes += page_bytes + images * (series_bytes + 3 * side * side * pixel_bytes);
  }
  for (const std::string& warning : run.rules.warnings) space.other_bytes += 2 * warning.size();
  for (const SeriesSize& size : sizes_of(run)) {
    space.report_bytes += series_bytes / 4 + size.name_bytes + size.instances * report_row;
    space.other_bytes += series_bytes + 2 * size.name_bytes + size.instances * other_rows;
    if (run.settings.tables != TableFormat::none) space.other_bytes += size.instances * table_row;
  }
  return space;
}

std::unique_ptr<PartStore> make_part_store(const Run& run, const JsonSpace& space) {
  constexpr std::uint64_t most_in_memory = 256 << 10;
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
  // A series whose parts have no room stays in memory as a whole, which a window is to avoid.
  const auto most_on_disk = run.is_in_windows ? PartStore::no_limit : has_room ? parts : 0;
  return std::make_unique<PartStore>(path + '/' + std::string(private_folder), most_in_memory,
                                     most_on_disk);
}

}  // namespace dcmflow
