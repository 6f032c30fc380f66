#pragma once
// Rules and made-up series for the tests of the selection.

#include <gtest/gtest.h>

#include <initializer_list>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "stages/select_series.h"
#include "stages/selection/collect_selections.h"

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
    auto made = share<Instance>();
    made->values = values(own);
    made->shared = shared ? std::move(shared) : std::make_shared<const SharedHeader>();
    return made;
  }
  std::shared_ptr<const SharedHeader> shared(const Attributes& attributes) const {
    auto made = std::make_shared<SharedHeader>();
    made->values = values(attributes);
    return made;
  }

  // An image of a series, which one can still change; facts are set by the keys that rules use.
  struct Image {
    ImageFacts facts;
    std::vector<Frame> frames;

    Image& set(const std::string& fact, std::vector<std::string> values) {
      facts.values[*find_fact(fact)] = std::move(values);
      return *this;
    }
    Image& refuse() {
      facts.converted = false;
      return *this;
    }
  };

  // A series with one image, whose frames are those of the instances in this order.
  Image& add_instances(const std::vector<InstancePtr>& instances,
                       const std::string& study = "1.2") {
    const auto series = std::make_shared<Series>();
    series->study_instance_uid = study;
    series->series_instance_uid = study + "." + std::to_string(images_.size() + 1);
    series->instances = instances;
    images_.emplace_back();
    return add_image(series, instances, "");
  }
  Image& add(const Attributes& attributes, const std::string& study = "1.2") {
    return add_instances({instance(attributes)}, study);
  }
  // A further image of the last series.
  Image& add_further(const Attributes& attributes, const std::string& suffix) {
    return add_image(images_.back().front().facts.series, {instance(attributes)}, "_" + suffix);
  }

  Candidate candidate(std::size_t series = 0, std::size_t image = 0) const {
    const Image& tested = images_[series][image];
    return select_image(tested.facts, tested.frames, rules_, table_);
  }
  std::vector<SelectionMatch> match(std::size_t series = 0, std::size_t image = 0) const {
    return candidate(series, image).matches;
  }
  std::vector<std::vector<Candidate>> candidates() const {
    std::vector<std::vector<Candidate>> all(images_.size());
    for (std::size_t series = 0; series < images_.size(); ++series)
      for (std::size_t image = 0; image < images_[series].size(); ++image)
        all[series].push_back(candidate(series, image));
    return all;
  }
  std::vector<SelectedSeries> collect() const {
    return collect_selections(candidates(), rules_).selections;
  }
  const SelectionRules& rules() const { return rules_; }

 private:
  Image& add_image(const SeriesPtr& series, const std::vector<InstancePtr>& instances,
                   const std::string& suffix) {
    Image image;
    image.facts = {.series = series,
                   .stem = series->series_instance_uid + suffix,
                   .is_main = suffix.empty(),
                   .converted = true,
                   .values = {}};
    image.facts.values.resize(image_fact_rows().size());
    for (const auto& one : instances) image.frames.push_back(make_frame(one, 0));
    images_.back().push_back(std::move(image));
    return images_.back().back();
  }

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
  std::vector<std::vector<Image>> images_;
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

// One line of a table: a condition, an attribute's text, and whether they match.
struct ConditionRow {
  const char* condition;
  Attributes attributes;
  bool matched;
};

inline void check(std::initializer_list<ConditionRow> rows, const std::string& more = "") {
  for (const ConditionRow& row : rows) {
    const SelectionMatch result = match(row.condition, row.attributes, more);
    EXPECT_EQ(result.matched, row.matched)
        << row.condition << " against "
        << (row.attributes.empty() ? "nothing" : row.attributes.begin()->second);
  }
}

}  // namespace dcmflow
