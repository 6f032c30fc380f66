#include "engine/conclude_early.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "engine/catalogue_run.h"
#include "engine/look_ahead_tasks.h"
#include "engine/run.h"
#include "engine/step.h"
#include "engine/tell_summary.h"
#include "engine/worker_threads.h"
#include "stages/database/earlier_end.h"
#include "stages/database/files_fingerprint.h"
#include "stages/discover_files.h"

namespace dcmflow {
namespace {

// Of a run that made all that this one would make of the same files. What is wrong with a catalogue
// ReadHeaders tells.
std::optional<EarlierEnd> find_earlier_end(const Run& run, Check check) {
  auto end = guarded([&] { return load_earlier_end(run.settings.output.value, check); });
  if (!end) return std::nullopt;
  auto& earlier = *end;
  if (!earlier || earlier->status == "failed" || earlier->status == "interrupted" ||
      earlier->outputs_fingerprint != outputs_fingerprint(run.settings, run.table))
    return std::nullopt;
  return std::move(earlier);
}

void walk_input(Run& run) {
  const RunPhase phase(run, "discover_files", "files");
  DiscoverFiles discovery(run.settings.inputs(), run.settings.output.value);
  if (run.settings.no_patient) discovery.hide_names();
  discovery.open_archives(run.settings.spool_folder(), [&run] { return run.stop != 0; });
  FilesFingerprint fingerprint;
  auto& files = run.found_files.emplace();
  WorkerThreads workers(run.settings.threads, run.settings.io_threads, run.stop);
  const auto walk_on = [&](Threads threads) {
    const auto is_given_up = [&, threads] { return run.stop || workers.give_way(threads); };
    const LookAheadTasks look_ahead(discovery, workers.count(threads), is_given_up,
                                    [&](const auto& look, bool) {
                                      StorageWatch::Read read(workers.storage());
                                      read.count(look());
                                    });
    while (!is_given_up()) {
      auto found = discovery.next();
      if (!found) break;
      run.progress.add(1);
      fingerprint.add(*found);
      files.push_back(std::move(*found));
    }
  };
  workers.run(walk_on, [&] { return discovery.at_end(); });
  if (discovery.at_end())
    run.files_fingerprint = fingerprint.take(began_ns(run));
  else
    run.found_files.reset();  // a signal
}

std::optional<int> withdraw_earlier_results(Run& run) {
  run.changes_output = true;
  const auto withdrawn = run.output.withdraw();
  if (withdrawn) return std::nullopt;
  spdlog::error("{}", withdrawn.problem().detail);
  return exit_code(withdrawn.problem().reason);
}

std::optional<int> conclude_unchanged(Run& run) {
  const auto earlier = find_earlier_end(run, Check::quick);
  if (!earlier || earlier->files_fingerprint.empty()) return std::nullopt;
  walk_input(run);
  if (run.stop || run.files_fingerprint != earlier->files_fingerprint ||
      !run.output.is_as_written())
    return std::nullopt;
  run.catalogue.add_unchanged(earlier->status, earlier->exit_code);
  spdlog::info("unchanged: {} files and all results are what they were; nothing is made again",
               run.found_files->size());
  return tell_unchanged_summary(run, run.found_files->size(), earlier->status, earlier->exit_code);
}

std::optional<int> conclude_round(const Run& run) {
  if (run.stop) return by_signal + run.stop;
  if (run.series.empty()) return static_cast<int>(ExitCode::no_input);
  if (!run.earlier || run.report.has(Reason::internal_error) ||
      !run.earlier->is_all_there_was(run.report.discovered_files()) || !run.output.is_as_written())
    return std::nullopt;
  const auto earlier = find_earlier_end(run, Check::quick);
  return earlier ? std::optional(earlier->exit_code) : std::nullopt;
}

}  // namespace

std::optional<int> conclude_unread(Run& run) {
  if (run.arrivals) return std::nullopt;
  if (run.settings.resume)
    if (const auto ended = conclude_unchanged(run)) return ended;
  return withdraw_earlier_results(run);
}

std::optional<int> conclude_unmade(Run& run) {
  if (!run.arrivals) return std::nullopt;
  if (const auto ended = conclude_round(run)) return ended;
  return withdraw_earlier_results(run);
}

}  // namespace dcmflow
