#pragma once
// Series × rules → named selections, with reasons.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "stages/dicom_types.h"
#include "stages/selection/selection_rules.h"
#include "stages/selection/series_facts.h"

namespace dcmflow {

// For one selection: matched, or the first condition that failed and the value that it saw.
struct SelectionMatch {
  bool matched = false;
  std::string failed_key{};
  std::string expected{};
  std::string seen{};  // holds patient data when the key does: goes to selection-report.json, never
                       // to a log
};

// One match for each selection of the rules, in their order. Attribute values are those of the
// series' first instance that has the attribute. Pure; safe from any thread.
std::vector<SelectionMatch> select_series(const SeriesFacts& series, const SelectionRules& rules,
                                          const AttributeTable& table);

// A selection's name and the indexes of the series that it keeps, in their order.
struct SelectedSeries {
  std::string name;
  std::vector<std::size_t> series;
  std::optional<std::string> unmet;  // why a `required`, `min` or `max` of the selection is not met
};

// Applies order_by, limit, per, required, min and max over all series. matches[i] are those of
// series[i]. Only converted series are kept. With select_all: one selection a converted series,
// named by its Series Instance UID. Selections of the same name are joined; a selection without a
// match is left out unless `unmet`.
std::vector<SelectedSeries> collect_selections(
    const std::vector<SeriesFacts>& series, const std::vector<std::vector<SelectionMatch>>& matches,
    const SelectionRules& rules, const AttributeTable& table);

}  // namespace dcmflow
