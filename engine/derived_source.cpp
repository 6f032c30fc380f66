#include "engine/derived_source.h"

#include <unistd.h>

#include <optional>
#include <string>
#include <utility>

#include "engine/check_target.h"
#include "stages/base/input_paths.h"
#include "stages/base/printable.h"
#include "stages/database/query_catalogue.h"
#include "stages/to_dicom/find_sources.h"

namespace dcmflow {
namespace {

using Claims = std::vector<VolumeClaim>;

Problem no_run(const std::string& folder, const std::string& why) {
  return {Reason::no_input, printable(folder),
          why + "; expected the output folder of a run of dcmflow"};
}

Result<Claims> read_images(const std::string& folder) {
  auto claims = read_volume_claims(folder);
  if (!claims) return no_run(folder, "its volumes.json: " + claims.problem().detail);
  if (!*claims) return no_run(folder, "it has no volumes.json");
  return std::move(**claims);
}

// There may be none.
Result<Claims> read_prepared(const std::string& folder) {
  auto claims = read_volume_claims(folder + "/prepared");
  if (!claims) return no_run(folder, "its prepared/volumes.json: " + claims.problem().detail);
  return *claims ? std::move(**claims) : Claims();
}

// Where the last run found its input, as the catalogue of the folder has it.
std::optional<std::string> input_of_run(const std::string& folder) {
  const auto catalogue = read_catalogue(folder);
  if (!catalogue) return std::nullopt;
  auto runs = catalogue->prepare("SELECT input FROM runs ORDER BY id DESC LIMIT 1");
  if (!runs) return std::nullopt;
  const auto row = runs->next();
  if (!row || !*row) return std::nullopt;
  auto input = runs->text(0);
  if (input.empty() || access(input.c_str(), R_OK) != 0) return std::nullopt;
  return input;
}

Result<std::string> find_input(const ToDicomCall& call) {
  if (call.input) return *call.input;
  if (auto input = input_of_run(call.run)) return std::move(*input);
  return Problem{Reason::source_missing, printable(call.run),
                 "it does not tell where the DICOM files of the run are (its catalogue does), or "
                 "they are not there any more; --input DIR says where"};
}

DerivedSource source_of(const LabelledImage& chosen, const ImageSources& listed,
                        const std::vector<InstancePtr>& instances) {
  DerivedSource source{.file = chosen.image->file,
                       .has_stored_values = chosen.image->has_stored_values,
                       .has_other_values = chosen.image->has_other_values,
                       .grid = chosen.image->grid,
                       .map = chosen.map,
                       .is_resampled = chosen.is_resampled};
  for (std::size_t i = 0; i < instances.size(); ++i)
    source.slices.push_back({instances[i], listed.slices[i].frame});
  for (const auto& parts : listed.made_of) {
    auto& of_slice = source.of_slices.emplace_back();
    for (const auto part : parts) of_slice.push_back(source.slices[part]);
  }
  return source;
}

}  // namespace

Result<DerivedSource> find_derived_source(const ToDicomCall& call, const Grid& given,
                                          const std::atomic<int>& stop) {
  const auto images = read_images(call.run);
  if (!images) return images.problem();
  const auto prepared = read_prepared(call.run);
  if (!prepared) return prepared.problem();
  const auto chosen = choose_image(*images, *prepared, given, call.asked);
  if (!chosen) return chosen.problem();
  if (chosen->image->has_untrue_grid)
    return Problem{Reason::labels_unusable,
                   {},
                   "the image " + printable(chosen->image->file) +
                       " was written on a grid on which its slices do not lie (verdict fail), so "
                       "nothing on it has a place in the patient"};
  const auto listed = read_image_sources(call.run, chosen->image->file);
  if (!listed || !*listed || (*listed)->made_of.size() != chosen->image->grid.size[2])
    return no_run(call.run, "its volumes.json does not tell the slices of the image");
  const auto input = find_input(call);
  if (!input) return input.problem();
  const auto instances =
      find_sources(**listed, *input, folder_of(call.to), [&] { return stop != 0; });
  if (!instances) return instances.problem();
  if (auto free = check_target(call, *instances); !free) return free.problem();
  auto source = source_of(*chosen, **listed, *instances);
  if (auto checked = check_sources(source.slices); !checked) return checked.problem();
  return source;
}

}  // namespace dcmflow
