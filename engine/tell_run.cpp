#include "engine/tell_run.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/for_each_series.h"
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

void tell_selected(const Run& run, const Selected& selected) {
  std::vector<std::string_view> refusals;
  for (std::size_t i = 0; i < run.series.size(); ++i) refusals.push_back(refusal_of(run, i));
  for (const auto& line : tell_selections(run.candidates, run.rules, selected, refusals))
    spdlog::log(line.is_warning ? spdlog::level::warn : spdlog::level::info, "{}", line.text);
  for (const auto& selection : selected.selections)
    if (selection.unmet) spdlog::error("selection '{}': {}", selection.name, *selection.unmet);
}

void tell_character_sets(const Run& run) {
  constexpr auto note = attribute_index(character_set_note_tag);
  std::vector<std::string> lines(run.series.size());
  for_each_series(run, [&](std::size_t i) {
    const auto& instances = run.series[i]->instances;
    const auto has_note = [](const InstancePtr& one) { return one->find(note).has_value(); };
    const auto first = std::ranges::find_if(instances, has_note);
    if (first != instances.end())
      lines[i] =
          fmt::format("{} of {} instances: {}", std::count_if(first, instances.end(), has_note),
                      instances.size(), *(*first)->find(note));
  });
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (!lines[i].empty())
      spdlog::warn("series {}: character set of {}", run.series[i]->series_instance_uid, lines[i]);
}

}  // namespace dcmflow
