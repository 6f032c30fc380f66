#include "engine/conclude_run.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <string>

#include "config/image_settings.h"
#include "config/tolerance_settings.h"
#include "engine/series_account.h"
#include "engine/write_results.h"
#include "stages/base/printable.h"
#include "stages/write_catalog.h"

namespace dcmflow {
namespace {

void add_settings(const Run& run, Catalog& catalog) {
  auto& settings = catalog.settings;
  settings["format"] = run.settings.format.value;
  settings["images"] = run.settings.images == ImagesToWrite::all ? "all" : "selected";
  settings["strict"] = run.settings.strict ? "true" : "false";
  for (auto [name, value] : image_option_words(run.settings.image_options)) {
    std::ranges::replace(name, '-', '_');
    settings[name] = value;
  }
  for (const auto& [name, value] : tolerance_words(run.settings.tolerances)) settings[name] = value;
}

// Without a series there is no image; what is DICOM is never said to be none.
void tell_of_nothing(const Run& run) {
  const auto input = printable(run.settings.input.value);
  const auto files = run.report.discovered_files();
  if (const auto dicom = run.report.dicom_files(); dicom > 0)
    spdlog::error(
        "no series in {}: {} of {} files are DICOM, and report.json says why none is used", input,
        dicom, files);
  else
    spdlog::error("no DICOM in {}: {} files were looked at", input, files);
}

// Every file that was discovered is in an image or told of, once: the sums prove it.
void account_for_files(Run& run, Catalog& catalog) {
  catalog.series = run.series;
  for (std::size_t i = 0; i < run.series.size(); ++i) {
    run.report.converted_files(account_for_series(run, i));
    run.facts[i].converted = false;
    for (const auto& volume : run.volumes[i]) {
      if (!volume->result()) continue;
      catalog.images.push_back(*volume->result());
      run.facts[i].converted |= volume->stack().is_main;
    }
  }
  const auto discovered = run.report.discovered_files();
  const auto converted = run.report.converted_files();
  const auto told = run.report.not_converted_files();
  if (discovered == converted + told) return;
  const auto words =
      fmt::format("{} files were discovered, but {} were converted and {} told of otherwise",
                  discovered, converted, told);
  spdlog::error("{}", words);
  run.report.problem({Reason::internal_error, "files", words});
}

// Of an earlier run's images those may be left that were to be written again, and failed.
void drop_earlier_images(Run& run, const Catalog& catalog) {
  if (run.leaves_earlier_results) return;
  std::set<std::string> images;
  for (const auto& image : catalog.images)
    images.insert(image.file_names.begin(), image.file_names.end());
  if (const auto kept = run.output.keep_only(images); !kept) {
    spdlog::error("{}", kept.problem().detail);
    run.report.problem(kept.problem());
  }
  if (run.output.removed() > 0)
    spdlog::info("earlier run: {} of its files were removed", run.output.removed());
}

// That no run is complete after, whatever else went well.
bool ends_a_run(Reason reason) {
  return reason == Reason::output_not_writable || reason == Reason::disk_full ||
         reason == Reason::internal_error;
}

// What went wrong and what was selected, a line each.
void log_summary(const Run& run, const Catalog& catalog) {
  if (run.series.empty()) tell_of_nothing(run);
  for (const auto& [reason, text] : run.report.reason_lines())
    spdlog::log(ends_a_run(reason) ? spdlog::level::err : spdlog::level::warn, "{}", text);
  // Without rules every series is a selection, and has its line.
  if (run.rules.selections.empty()) return;
  for (const auto& selection : catalog.selections) {
    if (selection.unmet)
      spdlog::error("selection '{}' series={}: {}", selection.name, selection.series.size(),
                    *selection.unmet);
    else
      spdlog::info("selection '{}' series={}", selection.name, selection.series.size());
  }
}

Outcome decide_outcome(const Run& run, const Catalog& catalog, int stop) {
  const auto& report = run.report;
  const bool has_problems =
      report.has_severity(Severity::failed) || report.has_severity(Severity::refused);
  return Outcome({
      .stop = stop,
      .output_failed = report.has(Reason::output_not_writable) || report.has(Reason::disk_full),
      .internal_error = report.has(Reason::internal_error),
      .no_series = run.series.empty(),
      .required_selection_unmet = std::ranges::any_of(
          catalog.selections, [](const auto& selection) { return selection.unmet.has_value(); }),
      .problems_under_strict = run.settings.strict && has_problems,
  });
}

}  // namespace

Outcome conclude_run(Run& run) {
  const RunPhase phase(run, "conclude_run", "series", run.series.size());
  run.series_log.end();
  Catalog catalog;
  const int stop = run.stop;
  account_for_files(run, catalog);
  drop_earlier_images(run, catalog);
  if (stop == 0)
    catalog.selections = collect_selections(run.facts, run.matches, run.rules, run.table);
  log_summary(run, catalog);
  add_settings(run, catalog);
  const auto decided = decide_outcome(run, catalog, stop);
  catalog.run.threads = run.settings.threads;
  catalog.run.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - run.start).count();
  const auto files = run.report.discovered_files();
  run.report.finish(catalog);
  const auto outcome = write_results(run, catalog, decided);
  spdlog::info(
      "done: files={} converted={} series={} images={} seconds={:.2f} peak_memory_mb={} "
      "exit_code={}",
      files, run.report.converted_files(), run.series.size(), catalog.images.size(),
      catalog.run.seconds, catalog.run.peak_memory_bytes >> 20, outcome.exit_code());
  return outcome;
}

}  // namespace dcmflow
