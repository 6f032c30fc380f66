#include "engine/write_sidecars.h"

#include <algorithm>
#include <string>
#include <utility>

#include "stages/base/output_file.h"

namespace dcmflow {

Status write_sidecars(Run& run, const Catalog& catalog, const OutputFolder& folder) {
  StagedFiles sidecars;
  auto staging = folder;
  staging.staged = &sidecars;
  const auto unread = write_bids(
      staging, catalog,
      [&](const Stack& stack) { return run.side_files.keeps(sidecar_names(stack).front()); },
      run.settings.no_patient);
  const auto is_unread = [&](const OutputFile& file) {
    return !unread || std::ranges::any_of(*unread, [&](const std::string& stem) {
      return file.name() == stem + ".json";
    });
  };
  for (auto& file : sidecars.take()) {
    if (!is_unread(file)) run.side_files.add_sidecar(file);
    folder.staged->add(std::move(file));
  }
  return unread ? Status(Done{}) : Status(unread.problem());
}

}  // namespace dcmflow
