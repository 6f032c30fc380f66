#include "engine/write_dataset.h"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "stages/catalog/bids_dataset.h"
#include "stages/labels/label_image.h"

namespace dcmflow {
namespace {

// What is no part of the data set and stands in its folder.
std::string ignored_of(const Run& run) {
  std::string names;
  if (run.settings.prepare) names += std::string(prepared_folder) + "/\n";
  if (run.settings.labels) names += std::string(labels_folder) + "/\nlabels.json\n";
  return names;
}

}  // namespace

std::set<std::string> files_of_people(const Run& run) {
  std::set<std::string> files;
  if (run.settings.layout.kind != Layout::Kind::bids) return files;
  const auto earlier = run.output.earlier();
  for (const auto& name : bids_dataset_files())
    if (std::ranges::find(earlier, name) == earlier.end() &&
        access((run.output.folder().path + '/' + name).c_str(), F_OK) == 0)
      files.insert(name);
  return files;
}

Status write_dataset(const Run& run, const Catalog& catalog, const OutputFolder& folder,
                     const std::set<std::string>& of_people) {
  std::optional<Participants> participants;
  if (const auto& asked = run.settings.layout.participants) {
    auto parsed = parse_participants(asked->value, asked->source);
    if (!parsed) return parsed.problem();
    participants = std::move(*parsed);
  }
  for (const auto& name : of_people)
    spdlog::warn("{}: it is not as dcmflow wrote it, and stays; see that it tells of all", name);
  const auto without = write_bids_dataset(folder, catalog,
                                          {.participants = participants ? &*participants : nullptr,
                                           .no_patient = run.settings.no_patient,
                                           .further_ignored = ignored_of(run),
                                           .left = of_people});
  if (!without) return without.problem();
  for (const auto& uid : *without)
    spdlog::warn(
        "series {}: nothing says which of its volumes are control and label, so it has no "
        "aslcontext.tsv: give volume_types in the selection's bids",
        uid);
  return Done{};
}

}  // namespace dcmflow
