#include "engine/tell_summary.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <cstdio>
#include <string>
#include <utility>

#include "stages/catalog/report_page.h"
#include "stages/catalog/summary_text.h"
#include "stages/selection/selection_rules_types.h"

namespace dcmflow {
namespace {

RunSummary begin_summary(const Run& run, std::string_view status, int exit_code) {
  RunSummary summary;
  summary.input = run.settings.input_words();
  if (run.settings.writes_output()) summary.output = run.settings.output.value;
  summary.is_listing = run.settings.task == Task::list_series;
  summary.tells_patients = summary.is_listing && !run.settings.no_patient;
  summary.has_page = run.settings.writes_output() && run.settings.report;
  summary.status = status;
  summary.exit_code = exit_code;
  summary.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - run.start).count();
  return summary;
}

// The run so far, but for its series.
RunSummary summarize_run(const Run& run, const Outcome& outcome) {
  auto summary = begin_summary(run, outcome.status(), outcome.exit_code());
  summary.has_report = run.settings.writes_output() && outcome.is_told();
  summary.files.converted = run.report.converted_files();
  summary.files.left = run.report.left_files();
  if (run.done) summary.others = run.done->other_series;
  return summary;
}

int print(const Run& run, const RunSummary& summary) {
  const auto& console = run.settings.console;
  const auto text = console.summary_json
                        ? summary_json(summary)
                        : summary_text(summary, {.width = console.summary_width,
                                                 .descriptions = console.descriptions,
                                                 .colours = console.summary_colours,
                                                 .all_series = console.all_series,
                                                 .charset = console.charset});
  const bool whole = std::fputs(text.c_str(), stdout) >= 0 && std::fflush(stdout) == 0;
  // A person who has read enough closes the pipe; a machine has to have all of it.
  if (whole || !console.summary_json) return summary.exit_code;
  spdlog::error("the summary could not be written to standard output");
  // report.json has told the exit code of a conversion; a listing has no other result than this.
  const bool is_told = run.settings.writes_output();
  return summary.exit_code == 0 && !is_told ? static_cast<int>(ExitCode::output)
                                            : summary.exit_code;
}

}  // namespace

void tell_faults(const Run& run) {
  for (const auto& series : run.summaries)
    if (const auto words = warning_of(series); !words.empty()) spdlog::warn("{}", words);
}

Status write_page(const Run& run, const Catalog& catalog, const Outcome& outcome,
                  const OutputFolder& folder) {
  auto summary = summarize_run(run, outcome);
  summary.series = run.summaries;
  sort_for_people(summary.series);
  return write_report_page(folder, catalog, summary, run.rules, run.settings.no_patient);
}

int tell_summary(Run& run, const Outcome& outcome) {
  run.progress.end();
  if (!run.settings.console.summary) return outcome.exit_code();
  auto summary = summarize_run(run, outcome);
  summary.series = std::move(run.summaries);
  sort_for_people(summary.series);
  if (summary.tells_patients) sort_by_patients(summary.series);
  return print(run, summary);
}

int tell_unchanged_summary(Run& run, std::size_t files, std::string_view status, int exit_code) {
  run.progress.end();
  if (!run.settings.console.summary) return exit_code;
  auto summary = begin_summary(run, status, exit_code);
  summary.unchanged_files = files;
  return print(run, summary);
}

std::string verdict_counts(const Run& run) {
  const auto counts =
      count_verdicts(run.summaries, run.done ? run.done->other_series : OtherSeries());
  std::string words;
  for (const auto verdict : {SeriesVerdict::repaired, SeriesVerdict::partial,
                             SeriesVerdict::refused, SeriesVerdict::failed})
    words += fmt::format("{}{}={}", words.empty() ? "" : " ", verdict_word(verdict),
                         counts[static_cast<std::size_t>(verdict)]);
  return words;
}

}  // namespace dcmflow
