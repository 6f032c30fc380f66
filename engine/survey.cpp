#include "engine/survey.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "engine/conclude_run.h"
#include "engine/log_name.h"
#include "engine/outcome.h"
#include "engine/output_claim.h"
#include "engine/pipeline.h"
#include "engine/run.h"
#include "engine/tell_run.h"
#include "engine/tell_summary.h"
#include "stages/catalog/json_writer.h"
#include "stages/conclude_series.h"
#include "stages/selection/explain_selections.h"
#include "stages/write_catalog.h"

namespace dcmflow {
namespace {

// The exit code of a run that ends here; 0 where there is something to tell.
int plan(Run& run) {
  plan_run(run);
  if (run.stop) return by_signal + run.stop;
  if (!run.series.empty()) return 0;
  tell_of_nothing(run);
  return static_cast<int>(ExitCode::no_input);
}

std::string explain(Run& run) {
  if (!run.settings.json) return explain_selections(run.candidates, run.rules);
  Catalog catalog;
  catalog.series = run.series;
  catalog.candidates = run.candidates;
  auto json = JsonWriter::to_text();
  write_selection_report(json, catalog, run.rules);
  return json.take_text();
}

std::string list_values(const Run& run, std::vector<SurveyedKey> keys) {
  ValueSurvey survey(std::move(keys), run.table);
  for (std::size_t i = 0; i < run.series.size(); ++i)
    survey.add(run.series[i], run.sorted[i].stacks, run.settings.format.value,
               run.settings.tolerances);
  if (!run.settings.json) return survey.text();
  auto json = JsonWriter::to_text();
  json.object();
  for (std::size_t k = 0; k < survey.keys().size(); ++k) {
    json.key(survey.keys()[k].text).array();
    for (const ValueCount& count : survey.counts(k))
      json.object(JsonWriter::Layout::one_line)
          .key("value")
          .value_or_null(count.value)
          .member("series", count.series)
          .end();
    json.end();
  }
  json.end();
  return json.take_text();
}

// What would become of the files of a series.
void account_for_plan(Run& run, std::size_t i) {
  const auto& sorted = run.sorted[i];
  std::vector<ImageEnd> images;
  for (const Stack& stack : sorted.stacks) images.push_back({&stack, nullptr});
  auto end = conclude_series(*run.series[i], sorted.refused, {}, images);
  run.summaries[i] = summarize_series(run.series[i], images, end, run.format.extension);
  run.report.converted_files(end.converted);
  for (auto& problem : end.not_converted) run.report.not_converted(std::move(problem));
  for (auto& problem : end.problems) run.report.problem(std::move(problem));
}

void tell_plan(const Run& run, std::size_t i) {
  const Series& series = *run.series[i];
  std::string line;
  for (const Stack& stack : run.sorted[i].stacks)
    line += fmt::format(" image={}{} slices={}", log_name(run.settings, stack),
                        run.format.extension, stack.frames.size());
  if (!run.sorted[i].refused.empty())
    line += fmt::format(" refused={}", run.sorted[i].refused.size());
  spdlog::info("dry run: series {} instances={}{}", series.series_instance_uid,
               series.instances.size(), line);
}

}  // namespace

int answer_question(const Settings& settings, const SelectionRules& rules,
                    const AttributeTable& table, std::vector<SurveyedKey> keys,
                    const std::atomic<int>& stop) {
  OutputClaim no_output;
  Run run(settings, rules, table, no_output, stop);
  if (const int exit_code = plan(run); exit_code != 0) return exit_code;
  const std::string answer =
      settings.task == Task::explain_rules ? explain(run) : list_values(run, std::move(keys));
  // Half an answer is none.
  const bool whole = std::fputs(answer.c_str(), stdout) >= 0 && std::fflush(stdout) == 0;
  return static_cast<int>(whole ? ExitCode::done : ExitCode::output);
}

int dry_run(const Settings& settings, const SelectionRules& rules, const AttributeTable& table,
            const std::atomic<int>& stop) {
  OutputClaim no_output;
  Run run(settings, rules, table, no_output, stop);
  if (const int exit_code = plan(run); exit_code != 0) return exit_code;
  for (std::size_t i = 0; i < run.series.size(); ++i) {
    account_for_plan(run, i);
    tell_plan(run, i);
  }
  // A list says all of it itself.
  if (settings.task == Task::convert) {
    tell_problems(run);
    tell_faults(run);
  }
  const auto outcome = decide_outcome(run, find_selected(run), stop);
  return tell_summary(run, outcome);
}

}  // namespace dcmflow
