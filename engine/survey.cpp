#include "engine/survey.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdio>
#include <set>
#include <string>

#include "engine/conclude_run.h"
#include "engine/outcome.h"
#include "engine/output_claim.h"
#include "engine/pipeline.h"
#include "engine/run.h"
#include "engine/tell_run.h"
#include "stages/catalog/json_writer.h"
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

// The files of a series that are in none of its images.
void account_for_plan(Run& run, std::size_t i) {
  std::set<const Instance*> told;
  for (const Stack& stack : run.sorted[i].stacks)
    for (const Frame& frame : stack.frames) told.insert(frame.instance.get());
  for (const RefusedInstance& refused : run.sorted[i].refused) {
    const Problem problem{refused.reason, refused.instance->file->name, refused.detail};
    if (told.insert(refused.instance.get()).second)
      run.report.not_converted(problem);
    else
      run.report.problem(problem);
  }
}

void tell_plan(const Run& run, std::size_t i) {
  const Series& series = *run.series[i];
  std::string line;
  for (const Stack& stack : run.sorted[i].stacks)
    line += fmt::format(" image={}{} slices={}", stack.image_stem, run.format.extension,
                        stack.frames.size());
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
  tell_problems(run);
  const auto selected = find_selected(run);
  return decide_outcome(run, selected, stop).exit_code();
}

}  // namespace dcmflow
