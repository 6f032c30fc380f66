#include "engine/conclude_unchanged.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "engine/catalogue_run.h"
#include "engine/run.h"
#include "engine/step.h"
#include "stages/database/earlier_end.h"
#include "stages/database/files_fingerprint.h"
#include "stages/discover_files.h"

namespace dcmflow {
namespace {

std::optional<EarlierEnd> find_earlier_end(const Run& run) {
  auto end = guarded([&] { return load_earlier_end(run.settings.output.value); });
  if (end) return std::move(*end);
  spdlog::warn("catalogue: {}; all is read and made again", end.problem().detail);
  return std::nullopt;
}

void walk_input(Run& run) {
  const RunPhase phase(run, "discover_files", "files");
  DiscoverFiles discovery(run.settings.input.value, run.settings.output.value);
  FilesFingerprint fingerprint;
  auto& files = run.found_files.emplace();
  while (!run.stop) {
    auto found = discovery.next();
    if (!found) break;
    run.progress.add(1);
    fingerprint.add(*found);
    files.push_back(std::move(*found));
  }
  if (discovery.at_end())
    run.files_fingerprint = fingerprint.take(began_ns(run));
  else
    run.found_files.reset();  // a signal
}

}  // namespace

std::optional<int> withdraw_earlier_results(Run& run) {
  const auto withdrawn = run.output.withdraw();
  if (withdrawn) return std::nullopt;
  spdlog::error("{}", withdrawn.problem().detail);
  return exit_code(withdrawn.problem().reason);
}

std::optional<int> conclude_unchanged(Run& run) {
  const auto earlier = find_earlier_end(run);
  const bool may_be = earlier && earlier->status != "failed" && earlier->status != "interrupted" &&
                      !earlier->files_fingerprint.empty() &&
                      earlier->outputs_fingerprint == outputs_fingerprint(run.settings, run.table);
  if (!may_be) return std::nullopt;
  walk_input(run);
  if (run.stop || run.files_fingerprint != earlier->files_fingerprint ||
      !run.output.is_as_written())
    return std::nullopt;
  run.catalogue.add_unchanged(earlier->status, earlier->exit_code);
  spdlog::info("unchanged: {} files and all results are what they were; nothing is made again",
               run.found_files->size());
  return earlier->exit_code;
}

}  // namespace dcmflow
