#include "engine/tell_run.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/for_each_series.h"
#include "stages/base/printable.h"
#include "stages/dicom/attributes.h"
#include "stages/selection/tell_selections.h"

namespace dcmflow {

bool ends_a_run(Reason reason) {
  return reason == Reason::output_not_writable || reason == Reason::disk_full ||
         reason == Reason::internal_error;
}

std::string_view refusal_of(const Run& run, std::size_t series) {
  std::map<Reason, std::size_t> reasons;
  for (const auto& refused : run.sorted[series].refused) ++reasons[refused.reason];
  for (const auto& volume : run.volumes[series])
    if (!volume->result()) ++reasons[volume->result().problem().reason];
  const auto most = std::ranges::max_element(reasons, {}, [](const auto& r) { return r.second; });
  return most == reasons.end() ? std::string_view() : reason_code(most->first);
}

// Without a series there is no image; what is DICOM is never said to be none.
void tell_of_nothing(const Run& run) {
  const auto input = printable(run.settings.input_words());
  const auto files = run.report.discovered_files();
  if (const auto dicom = run.report.dicom_files(); dicom > 0)
    spdlog::error("no series in {}: {} of {} files are DICOM, and {} says why none is used", input,
                  dicom, files,
                  run.settings.writes_output() ? "report.json" : "report.json of a conversion");
  else
    spdlog::error("no DICOM in {}: {} files were looked at", input, files);
}

void tell_problems(const Run& run) {
  if (run.all_series() == 0) tell_of_nothing(run);
  for (const auto& [reason, text] : run.report.reason_lines())
    spdlog::log(ends_a_run(reason) ? spdlog::level::err : spdlog::level::warn, "{}", text);
}

void tell_selected(const Run& run, const Selected& selected) {
  std::vector<std::string_view> refusals;
  if (run.done) refusals = run.done->refusals;
  for (std::size_t i = 0; i < run.series.size() && !run.done; ++i)
    refusals.push_back(refusal_of(run, i));
  const UntoldSeries untold{run.all_series() - run.series.size(),
                            run.done ? run.done->lists->unshared_mains() : 0};
  for (const auto& line : tell_selections(run.candidates, run.rules, selected, refusals, untold))
    spdlog::log(line.is_warning ? spdlog::level::warn : spdlog::level::info, "{}", line.text);
  for (const auto& selection : selected.selections)
    if (selection.unmet) spdlog::error("selection '{}': {}", selection.name, *selection.unmet);
}

void tell_notes(const Run& run) {
  struct Note {
    std::string_view of;
    AttributeIndex attribute;
  };
  constexpr std::array notes{Note{"character set", attribute_index(character_set_note_tag)},
                             Note{"unreadable value", attribute_index(unreadable_note_tag)}};
  std::vector<std::array<std::string, notes.size()>> lines(run.series.size());
  for_each_series(run, [&](std::size_t i) {
    const auto& all = run.series[i]->instances;
    for (std::size_t n = 0; n < notes.size(); ++n) {
      const auto has_note = [&](const InstancePtr& one) {
        return one->find(notes[n].attribute).has_value();
      };
      const auto first = std::ranges::find_if(all, has_note);
      if (first == all.end()) continue;
      lines[i][n] = fmt::format("{} of {} of {} instances: {}", notes[n].of,
                                std::count_if(first, all.end(), has_note), all.size(),
                                *(*first)->find(notes[n].attribute));
    }
  });
  for (std::size_t i = 0; i < lines.size(); ++i)
    for (const auto& line : lines[i])
      if (!line.empty()) spdlog::warn("series {}: {}", run.series[i]->series_instance_uid, line);
}

void tell_shared_uids(const Run& run) {
  std::map<std::string_view, std::vector<std::size_t>> by_uid;
  for (std::size_t i = 0; i < run.series.size(); ++i)
    by_uid[run.series[i]->series_instance_uid].push_back(i);
  for (const auto& [uid, series] : by_uid) {
    if (series.size() < 2) continue;
    std::string words;
    for (const std::size_t i : series) {
      const auto& candidates = run.candidates[i];
      const bool has_name = !candidates.empty() && !candidates.front().facts.stem.empty();
      words += fmt::format("{}{} in study {}", words.empty() ? "" : ", ",
                           !has_name                             ? "no image"
                           : !run.settings.layout.names_by_uid() ? "an image"
                                                                 : candidates.front().facts.stem,
                           run.series[i]->study_instance_uid);
    }
    spdlog::warn("series {}: {} series have this UID: {}", uid, series.size(), words);
  }
}

void tell_failure(Run& run, const Problem& problem) {
  if (problem.reason != Reason::interrupted)
    spdlog::error("{}{}{}", printable(problem.subject), problem.subject.empty() ? "" : ": ",
                  problem.detail);
  run.report.problem(problem);
  if (run.done && run.stop == 0) run.done->are_lists_whole = false;
}

}  // namespace dcmflow
