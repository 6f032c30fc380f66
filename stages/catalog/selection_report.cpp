// selection-report.json: for each image of each series what rules can ask, and for each selection
// whether it matched, or the first condition that failed and the value that it saw.

#include <algorithm>
#include <numeric>
#include <vector>

#include "stages/catalog/attribute_json.h"
#include "stages/catalog/json_writer.h"
#include "stages/catalog/listed_series.h"
#include "stages/catalog/series_elements.h"
#include "stages/catalog/sorted.h"
#include "stages/catalog/stored_parts.h"
#include "stages/selection/selection_rules_types.h"
#include "stages/write_catalog.h"

namespace dcmflow {
namespace {

using Layout = JsonWriter::Layout;

void write_keys(JsonWriter& json, std::string_view member, MatchNote::Kind kind,
                const SelectionMatch& match) {
  if (std::ranges::find(match.notes, kind, &MatchNote::kind) == match.notes.end()) return;
  json.key(member).array(Layout::one_line);
  for (const MatchNote& note : match.notes)
    if (note.kind == kind) json.value(note.key);
  json.end();
}

void write_match(JsonWriter& json, std::string_view selection, const SelectionMatch& match) {
  json.object(Layout::one_line).member("selection", selection).member("matched", match.matched);
  if (!match.matched)
    json.member("key", match.failed_key)
        .member("expected", match.expected)
        .member("seen", match.seen);
  write_keys(json, "varies", MatchNote::Kind::varies, match);
  write_keys(json, "gave_up", MatchNote::Kind::gave_up, match);
  write_keys(json, "no_number", MatchNote::Kind::no_number, match);
  json.end();
}

// Under the names that rules use.
void write_facts(JsonWriter& json, const ImageFacts& facts) {
  json.key("facts").object(Layout::one_line);
  for (FactIndex fact = 0; fact < facts.values.size(); ++fact) {
    const auto& values = facts.of(fact);
    if (values.empty()) continue;
    const ImageFactRow& row = image_fact_rows()[fact];
    std::string text;
    for (const std::string& value : values) text += (text.empty() ? "" : "\\") + value;
    json.key(row.key);
    write_attribute(json, row.numeric ? "DS" : "LO", text, Values::as_they_are);
  }
  json.end();
}

void write_image(JsonWriter& json, const Candidate& candidate, const SelectionRules& rules) {
  json.object().key("image").value_or_null(candidate.facts.stem);
  json.member("main", candidate.facts.is_main).member("converted", candidate.facts.converted);
  write_facts(json, candidate.facts);
  json.key("selections").array();
  const std::size_t known = std::min(candidate.matches.size(), rules.selections.size());
  for (std::size_t k = 0; k < known; ++k)
    write_match(json, rules.selections[k]->name, candidate.matches[k]);
  json.end().end();
}

}  // namespace

void write_explained(JsonWriter& json, const Catalog& catalog, const SelectionRules& rules) {
  std::vector<std::size_t> order(std::min(catalog.series.size(), catalog.candidates.size()));
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {},
                           [&](std::size_t i) { return series_name(*catalog.series[i]); });
  for (const std::size_t i : order) {
    json.object().member("series", catalog.series[i]->series_instance_uid);
    json.member("study", catalog.series[i]->study_instance_uid).key("images").array();
    for (const Candidate& candidate : catalog.candidates[i]) write_image(json, candidate, rules);
    json.end().end();
  }
}

namespace {

Status write_all(JsonWriter& json, const Catalog& catalog, const SelectionRules& rules) {
  json.object()
      .member("schema", "urn:dcmflow:schema:selection-report:2")
      .member("select_all", rules.select_all);
  json.key("warnings").array();
  for (const std::string& warning : rules.warnings) json.value(warning);
  json.end().key("series").array();
  Status written = Done{};
  if (catalog.listed)
    written = write_elements(json, *catalog.part_store, catalog.listed->text(List::explained));
  else
    write_explained(json, catalog, rules);
  json.end().end();
  return written;
}

}  // namespace

void write_selection_report(JsonWriter& json, const Catalog& catalog, const SelectionRules& rules) {
  static_cast<void>(write_all(json, catalog, rules));
}

Status write_selection_report(const OutputFolder& folder, const Catalog& catalog,
                              const SelectionRules& rules) {
  auto json = JsonWriter::create(folder, "selection-report.json");
  if (!json) return json.problem();
  if (auto written = write_all(*json, catalog, rules); !written) return written;
  return json->commit();
}

}  // namespace dcmflow
