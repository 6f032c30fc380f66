#include "engine/tell_run.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "stages/base/printable.h"
#include "stages/dicom/attributes.h"
#include "stages/selection/tell_selections.h"

namespace dcmflow {
namespace {

// The reason by which most instances of a series are in no image.
std::string_view refusal_of(const Run& run, std::size_t series) {
  std::map<Reason, std::size_t> reasons;
  for (const auto& refused : run.sorted[series].refused) ++reasons[refused.reason];
  for (const auto& volume : run.volumes[series])
    if (!volume->result()) ++reasons[volume->result().problem().reason];
  const auto most = std::ranges::max_element(reasons, {}, [](const auto& r) { return r.second; });
  return most == reasons.end() ? std::string_view() : reason_code(most->first);
}

// That no run is complete after, whatever else went well.
bool ends_a_run(Reason reason) {
  return reason == Reason::output_not_writable || reason == Reason::disk_full ||
         reason == Reason::internal_error;
}

}  // namespace

// Without a series there is no image; what is DICOM is never said to be none.
void tell_of_nothing(const Run& run) {
  const auto input = printable(run.settings.input.value);
  const auto files = run.report.discovered_files();
  if (const auto dicom = run.report.dicom_files(); dicom > 0)
    spdlog::error("no series in {}: {} of {} files are DICOM, and {} says why none is used", input,
                  dicom, files,
                  run.settings.writes_output() ? "report.json" : "report.json of a conversion");
  else
    spdlog::error("no DICOM in {}: {} files were looked at", input, files);
}

void tell_problems(const Run& run) {
  if (run.series.empty()) tell_of_nothing(run);
  for (const auto& [reason, text] : run.report.reason_lines())
    spdlog::log(ends_a_run(reason) ? spdlog::level::err : spdlog::level::warn, "{}", text);
}

void tell_selected(const Run& run, const Selected& selected) {
  std::vector<std::string_view> refusals;
  for (std::size_t i = 0; i < run.series.size(); ++i) refusals.push_back(refusal_of(run, i));
  for (const auto& line : tell_selections(run.candidates, run.rules, selected, refusals))
    spdlog::log(line.is_warning ? spdlog::level::warn : spdlog::level::info, "{}", line.text);
  for (const auto& selection : selected.selections)
    if (selection.unmet) spdlog::error("selection '{}': {}", selection.name, *selection.unmet);
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
                           has_name ? candidates.front().facts.stem : "no image",
                           run.series[i]->study_instance_uid);
    }
    spdlog::warn("series {}: {} series have this UID: {}", uid, series.size(), words);
  }
}

void tell_character_sets(const Run& run) {
  constexpr auto note = attribute_index(character_set_note_tag);
  for (const auto& series : run.series) {
    const auto has_note = [](const InstancePtr& one) { return one->find(note).has_value(); };
    const auto first = std::ranges::find_if(series->instances, has_note);
    if (first == series->instances.end()) continue;
    spdlog::warn("series {}: character set of {} of {} instances: {}", series->series_instance_uid,
                 std::ranges::count_if(series->instances, has_note), series->instances.size(),
                 *(*first)->find(note));
  }
}

}  // namespace dcmflow
