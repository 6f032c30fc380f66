#pragma once
// The values of one series that rules ask for: attributes of its headers and derived facts, looked
// up once each.

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stages/selection/rule_key.h"
#include "stages/selection/series_facts.h"

namespace dcmflow {

// Keeps views into the series. For one thread. REQUIRES: `facts` and `table` outlive it.
class SeriesValues {
 public:
  SeriesValues(const SeriesFacts& facts, const AttributeTable& table);

  // Without the spaces and zero bytes that pad them (PS3.5 6.2); none when the attribute is missing
  // or blank. The values of an attribute are those of the first instance where it is not blank.
  // Valid until the next call.
  std::span<const std::string_view> find(const RuleKey& key);

 private:
  std::span<const std::string_view> find_attribute(AttributeIndex attribute);
  std::vector<std::string_view> read_attribute(AttributeIndex attribute) const;

  const Series& series_;
  const AttributeTable& table_;
  std::array<std::string, series_facts.size()> facts_;
  std::array<std::string_view, series_facts.size()> fact_views_;
  std::vector<std::pair<AttributeIndex, std::vector<std::string_view>>> read_;
};

}  // namespace dcmflow
