#include "engine/conclude_run.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "engine/make_labels.h"
#include "engine/prepare_images.h"
#include "engine/put_away.h"
#include "engine/settings_words.h"
#include "engine/step.h"
#include "engine/tell_run.h"
#include "engine/tell_summary.h"
#include "engine/write_results.h"
#include "stages/base/printable.h"
#include "stages/write_catalog.h"

namespace dcmflow {
namespace {

// Every file that was discovered is in an image or told of, once: the sums prove it.
void account_for_files(Run& run) {
  const auto discovered = run.report.discovered_files();
  const auto converted = run.report.converted_files();
  const auto told = run.report.not_converted_files();
  // One that ended early has not seen all series.
  const bool is_partial = run.done && (run.stop != 0 || run.report.has(Reason::disk_full) ||
                                       run.report.has(Reason::output_not_writable));
  if (discovered == converted + told || is_partial) return;
  const auto words =
      fmt::format("{} files were discovered, but {} were converted and {} told of otherwise",
                  discovered, converted, told);
  spdlog::error("{}", words);
  run.report.problem({Reason::internal_error, "files", words});
}

// What is left of those that are done.
void collect_done_series(Run& run, Catalog& catalog) {
  DoneSeries& done = *run.done;
  const auto put = [&](const Status& status) {
    if (!status) tell_failure(run, status.problem());
  };
  put(guarded([&] { return put_away(run); }));
  put(guarded([&] { return done.lists->end(); }));
  run.series = std::move(done.series);
  run.candidates = std::move(done.candidates);
  run.summaries = std::move(done.summaries);
  catalog.images = std::move(done.images);
  catalog.listed = done.lists.get();
}

// Of a series that lost an image since, what is rendered is not true any more.
void collect_parts(Run& run, Catalog& catalog) {
  catalog.part_store = run.part_store.get();
  for (std::size_t i = 0; i < run.parts.size(); ++i) {
    const auto is_lost = [](const VolumePtr& volume) { return volume->is_lost(); };
    if (run.parts[i] && std::ranges::none_of(run.volumes[i], is_lost))
      catalog.parts.emplace(run.series[i].get(), std::move(*run.parts[i]));
  }
}

// Of an earlier run's images those may be left that were to be written again, and failed.
void drop_earlier_images(Run& run, const Catalog& catalog) {
  if (run.leaves_earlier_results) return;
  std::set<std::string> stays;
  if (run.done)
    stays = std::move(run.done->rewritten);
  else
    run.side_files.settle(run);
  for (const auto& image : catalog.images)
    stays.insert(image.file_names.begin(), image.file_names.end());
  for (const auto& [name, bytes] : label_file_bytes(run)) stays.insert(name);
  for (const auto& [name, file] : run.side_files.kept()) stays.insert(name);
  for (const auto& [name, bytes] : prepared_files(run)) stays.insert(name);
  if (const auto kept = run.output.keep_only(stays); !kept) {
    spdlog::error("{}", kept.problem().detail);
    run.report.problem(kept.problem());
  }
  if (run.output.removed() > 0)
    spdlog::info("earlier run: {} of its files were removed", run.output.removed());
}

}  // namespace

std::vector<SelectedSeries> find_selected(const Run& run) {
  auto selected = collect_selections(run.candidates, run.rules);
  tell_selected(run, selected);
  tell_shared_uids(run);
  tell_notes(run);
  return std::move(selected.selections);
}

Outcome decide_outcome(const Run& run, const std::vector<SelectedSeries>& selections, int stop) {
  const auto& report = run.report;
  const bool has_problems =
      report.has_severity(Severity::failed) || report.has_severity(Severity::refused);
  const bool lacks_lists =
      run.done && !run.done->are_lists_whole && !report.has(Reason::internal_error);
  return Outcome({
      .stop = stop,
      .output_failed =
          report.has(Reason::output_not_writable) || report.has(Reason::disk_full) || lacks_lists,
      .internal_error = report.has(Reason::internal_error),
      .no_series = run.all_series() == 0,
      .required_selection_unmet =
          run.prepared.lacks_required ||
          std::ranges::any_of(selections,
                              [](const auto& selection) { return selection.unmet.has_value(); }),
      .problems_under_strict = run.settings.strict && has_problems,
  });
}

int conclude_run(Run& run) {
  Catalog catalog;
  const int stop = run.stop;
  if (run.done)
    collect_done_series(run, catalog);
  else
    collect_images(run, catalog);
  catalog.series = run.series;
  catalog.labels = made_labels(run);
  account_for_files(run);
  drop_earlier_images(run, catalog);
  tell_problems(run);
  if (!run.done) tell_faults(run);
  if (stop == 0) catalog.selections = find_selected(run);
  catalog.candidates = std::move(run.candidates);
  catalog.settings = settings_words(run.settings);
  collect_parts(run, catalog);
  const auto decided = decide_outcome(run, catalog.selections, stop);
  catalog.run.threads = run.settings.threads;
  catalog.run.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - run.start).count();
  const auto files = run.report.discovered_files();
  run.report.finish(catalog);
  for (const auto& step : catalog.run.steps)
    spdlog::debug("step {}: items={} problems={} bytes={} busy_seconds={:.3f}", step.step,
                  step.items, step.problems, step.bytes, step.busy_seconds);
  const auto outcome = write_results(run, catalog, decided);
  spdlog::info(
      "done: files={} converted={} series={} images={} {} seconds={:.2f} peak_memory_mb={} "
      "exit_code={}",
      files, run.report.converted_files(), run.all_series(), catalog.image_count(),
      verdict_counts(run), catalog.run.seconds, catalog.run.peak_memory_bytes >> 20,
      outcome.exit_code());
  return tell_summary(run, outcome);
}

void write_trace(const Run& run) {
  if (!run.settings.trace.value) return;
  const auto& path = *run.settings.trace.value;
  const auto written = run.report.trace().write(path);
  if (!written) spdlog::warn("the trace {}: {}", printable(path), written.problem().detail);
}

}  // namespace dcmflow
