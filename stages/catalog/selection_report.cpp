// selection-report.json: for each series and selection, matched, or the first condition that failed
// and the value that it saw.

#include <algorithm>
#include <numeric>
#include <vector>

#include "stages/catalog/json_writer.h"
#include "stages/catalog/sorted.h"
#include "stages/selection/selection_rules_types.h"
#include "stages/write_catalog.h"

namespace dcmflow {
namespace {

using Layout = JsonWriter::Layout;

void write_match(JsonWriter& json, std::string_view selection, const SelectionMatch& match) {
  json.object(Layout::one_line).member("selection", selection).member("matched", match.matched);
  if (!match.matched)
    json.member("key", match.failed_key)
        .member("expected", match.expected)
        .member("seen", match.seen);
  json.end();
}

void write_facts(JsonWriter& json, const SeriesFacts& facts) {
  json.member("series", facts.series->series_instance_uid)
      .member("study", facts.series->study_instance_uid);
  json.member("converted", facts.converted).member("plane", facts.plane);
  json.member("slice_count", facts.slice_count).member("volume_count", facts.volume_count);
  json.key("slice_spacing");
  if (facts.slice_spacing)
    json.value(*facts.slice_spacing);
  else
    json.null();
  json.member("is_regular", facts.is_regular);
}

}  // namespace

Status write_selection_report(const OutputFolder& folder, const std::vector<SeriesFacts>& series,
                              const std::vector<std::vector<SelectionMatch>>& matches,
                              const SelectionRules& rules) {
  auto json = JsonWriter::create(folder, "selection-report.json");
  if (!json) return json.problem();
  json->object()
      .member("schema", "urn:dcmflow:schema:selection-report:1")
      .member("select_all", rules.select_all);
  json->key("warnings").array();
  for (const std::string& warning : rules.warnings) json->value(warning);
  json->end().key("series").array();
  std::vector<std::size_t> order(series.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {},
                           [&](std::size_t i) { return series_name(*series[i].series); });
  for (const std::size_t i : order) {
    json->object();
    write_facts(*json, series[i]);
    json->key("selections").array();
    const std::size_t known =
        i < matches.size() ? std::min(matches[i].size(), rules.selections.size()) : 0;
    for (std::size_t k = 0; k < known; ++k)
      write_match(*json, rules.selections[k]->name, matches[i][k]);
    json->end().end();
  }
  json->end().end();
  return json->commit();
}

}  // namespace dcmflow
