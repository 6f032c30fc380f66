#pragma once
// Rules and made-up series for the tests of the selection.

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "stages/select_series.h"

namespace dcmflow {

using Attributes = std::map<std::string, std::string>;  // keyword → DICOM text

// A table of attributes, rules and series that belong together.
class Scene {
 public:
  explicit Scene(const std::string& rules) {
    auto parsed = parse_selection_rules(rules, "rules.json", table_);
    EXPECT_TRUE(parsed.ok()) << rules << (parsed.ok() ? "" : parsed.problem().detail);
    if (parsed) rules_ = std::move(*parsed);
  }

  // An instance whose attributes are its own; those that a series shares go into `shared`.
  InstancePtr instance(const Attributes& own,
                       std::shared_ptr<const SharedHeader> shared = nullptr) const {
    auto made = std::make_shared<Instance>();
    made->values = values(own);
    made->shared = shared ? std::move(shared) : std::make_shared<const SharedHeader>();
    return made;
  }
  std::shared_ptr<const SharedHeader> shared(const Attributes& attributes) const {
    auto made = std::make_shared<SharedHeader>();
    made->values = values(attributes);
    return made;
  }

  SeriesFacts& add_instances(std::vector<InstancePtr> instances, const std::string& study = "1.2") {
    auto series = std::make_shared<Series>();
    series->study_instance_uid = study;
    series->series_instance_uid = study + "." + std::to_string(series_.size() + 1);
    series->instances = std::move(instances);
    SeriesFacts facts;
    facts.series = std::move(series);
    facts.converted = true;
    series_.push_back(facts);
    return series_.back();
  }
  SeriesFacts& add(const Attributes& attributes, const std::string& study = "1.2") {
    return add_instances({instance(attributes)}, study);
  }

  std::vector<SelectionMatch> match(std::size_t series = 0) const {
    return select_series(series_[series], rules_, table_);
  }
  std::vector<SelectedSeries> collect() const {
    std::vector<std::vector<SelectionMatch>> matches;
    for (std::size_t i = 0; i < series_.size(); ++i) matches.push_back(match(i));
    return collect_selections(series_, matches, rules_, table_);
  }

 private:
  AttributeValues values(const Attributes& attributes) const {
    AttributeValues made;
    for (const auto& [keyword, text] : attributes) {
      const auto index = table_.find(keyword);
      EXPECT_TRUE(index) << keyword;
      if (index) made.add(*index, text);
    }
    return made;
  }

  AttributeTable table_;
  SelectionRules rules_;
  std::vector<SeriesFacts> series_;
};

inline std::string one_selection(const std::string& conditions, const std::string& more = "") {
  return "{\"selections\": [{\"name\": \"S\", " + more + "\"conditions\": " + conditions + "}]}";
}

// What one selection says of a series with these attributes.
inline SelectionMatch match(const std::string& condition, const Attributes& attributes,
                            const std::string& more = "") {
  Scene scene(one_selection("{" + condition + "}", more));
  scene.add(attributes);
  return scene.match().at(0);
}

}  // namespace dcmflow
