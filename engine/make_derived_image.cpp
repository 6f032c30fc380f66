#include <algorithm>
#include <utility>
#include <vector>

#include "engine/make_objects.h"
#include "engine/placed_labels.h"
#include "stages/base/counted.h"
#include "stages/base/filesystem.h"
#include "stages/base/printable.h"
#include "stages/catalog/json_writer.h"
#include "stages/to_dicom/write_derived_image.h"

namespace dcmflow {
namespace {

constexpr std::string_view derivation =
    "Values of another program, at the places of the source images";

// The folder is the series: files of others would be taken for it.
Status check_empty(const std::string& folder) {
  FileError error;
  if (fs::exists(folder, error) &&
      (!fs::is_directory(folder, error) || !fs::is_empty(folder, error)))
    return Problem{Reason::output_not_writable, folder,
                   "it is not empty; expected a folder that is empty, or not there"};
  return check_writable_folder(folder);
}

std::string slice_name(std::uint32_t slice) {
  constexpr std::size_t digits = 5;
  const auto number = std::to_string(slice + 1);
  return "slice-" + std::string(digits - std::min(digits, number.size()), '0') + number + ".dcm";
}

// All of them, or none: they get their names when all are whole.
Status write_slices(const std::string& folder, const DerivedImageParts& parts,
                    const std::atomic<int>& stop) {
  std::vector<OutputFile> files;
  for (std::uint32_t slice = 0; slice < parts.grid.size[2]; ++slice) {
    if (stop != 0) return Problem{Reason::interrupted, {}, "stopped by a signal"};
    auto file = OutputFile::create(OutputFolder(folder), slice_name(slice));
    if (!file) return file.problem();
    auto written = write_derived_slice(*file, parts, slice);
    if (written) written = file->finish();
    if (!written) return written;
    files.push_back(std::move(*file));
  }
  for (auto& file : files) {
    auto done = file.publish();
    if (done) done = check_output(folder + '/' + file.name(), file.name(), file.bytes(), true);
    if (!done) return done;
  }
  return sync_folder(folder);
}

std::string answer_json(const ToDicomCall& call, const DerivedImageParts& parts) {
  auto json = JsonWriter::to_text();
  json.object().member("folder", printable(call.to)).member("series", parts.series.series_uid);
  json.member("slices", parts.grid.size[2]).member("slope", parts.stored.slope);
  json.member("largest_error", parts.stored.largest_error).end();
  return json.take_text();
}

}  // namespace

Result<std::string> make_derived_image(const ToDicomCall& call, const std::atomic<int>& stop) {
  auto given = read_value_image(call.image, bytes_for_voxels());
  if (!given) return about_image(given.problem(), call);
  const auto source = find_derived_source(call, given->grid, stop);
  if (!source) return about_image(source.problem(), call);
  const auto& first = *source->slices.front().instance;
  if (const auto known = derived_class(first); !known) return known.problem();
  if (auto empty = check_empty(call.to); !empty) return empty.problem();
  const auto values = bring_back(std::move(*given), *source);
  const auto stored = choose_stored_values(values);
  const auto series = begin_series(call.description.empty() ? "Derived image" : call.description,
                                   first.shared->modality);
  const DerivedImageParts parts{source->grid,   values, stored,    source->of_slices,
                                source->slices, series, derivation};
  if (auto written = write_slices(call.to, parts, stop); !written) return written.problem();
  if (call.json) return answer_json(call, parts);
  return printable(call.to) + ": " + counted(source->grid.size[2], "slice") +
         ", values as they are within " + decimal_text(stored.largest_error) + '\n';
}

}  // namespace dcmflow
