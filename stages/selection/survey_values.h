#pragma once
// Which values there are to match on: for each key, in how many series each value occurs. No
// Problems.

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "stages/dicom/attribute_table.h"
#include "stages/selection/image_facts.h"
#include "stages/selection/rule_key.h"

namespace dcmflow {

struct SurveyedKey {
  std::string text;  // as rules would write it
  RuleKey key;
};

// The keys to survey where nobody names any: every attribute of the metadata that belongs to a
// patient, study or series and is no UID, and every fact of images. `no_patient`: none that is
// personal.
std::vector<SurveyedKey> all_keys(const AttributeTable& table, bool no_patient);
// Whether its values tell of persons, or where files lie.
bool is_personal(const RuleKey& key, const AttributeTable& table);

struct ValueCount {
  std::string value;  // several values of one attribute with '\' between them; empty: missing
  std::size_t series = 0;
};

// Holds patient data. For one thread. REQUIRES: `table` outlives it.
class ValueSurvey {
 public:
  ValueSurvey(std::vector<SurveyedKey> keys, const AttributeTable& table)
      : keys_(std::move(keys)), table_(table), series_(keys_.size()) {}

  // The values of the images of a series; without images those of its instances.
  void add(const SeriesPtr& series, std::span<const Stack> images, std::string_view format,
           const Tolerances& tolerances);

  // The most frequent value first, then by value; missing ones last.
  std::vector<ValueCount> counts(std::size_t key) const;
  const std::vector<SurveyedKey>& keys() const { return keys_; }

  // A block of lines for each key that any series has.
  std::string text() const;

 private:
  std::vector<SurveyedKey> keys_;
  const AttributeTable& table_;
  std::vector<std::map<std::string, std::size_t>> series_;  // value → series, by key
};

}  // namespace dcmflow
