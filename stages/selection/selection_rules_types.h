#pragma once
// What a selection is once it is compiled. Immutable; safe from any thread.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "stages/selection/rule_key.h"
#include "stages/selection/rule_tests.h"

namespace dcmflow {

struct BidsRule;

// On which frames of an image a condition must hold; they come in spatial order.
enum class Instances : std::uint8_t { first, all, any };

struct Condition {
  RuleKey key;
  std::string key_text;  // as it is written in the rules
  std::string expected;  // the condition as compact JSON
  RuleTest test;
  Instances instances = Instances::first;  // first: the first frame that has the attribute
  bool compares_numbers = false;
};
using ConditionGroup = std::vector<Condition>;  // all must hold

struct OrderKey {
  RuleKey key;
  bool descending = false;
};

// What limit, skip, min and max count within.
enum class Per : std::uint8_t { study, patient, all };

// The value of a key is to be that of an image that another selection keeps.
struct Relation {
  std::size_t key = 0;  // in SelectionRules::related_keys
  std::string key_text;
  std::string selection;  // its name
};

struct Selection {
  std::string name;  // trimmed; empty: each series under its Series Instance UID
  ConditionGroup conditions;
  std::vector<ConditionGroup> any_of;   // at least one group must hold, when there are any
  std::vector<ConditionGroup> none_of;  // no group may hold
  std::vector<OrderKey>
      order_by;  // numbers before texts before missing values; ties keep the order of the input
  std::vector<Relation> same;
  Per per = Per::study;
  long skip = 0;                     // leaves out the first so many; below 0: all but the last
  std::optional<std::size_t> limit;  // keep the first so many
  std::optional<std::size_t> min;    // matches before skip and limit
  std::optional<std::size_t> max;
  bool required = false;     // at least one match in the whole run
  bool every_image = false;  // of a series all images that match, not the main one or the first
  std::shared_ptr<const BidsRule> bids;  // where its images stand under --layout bids
};

// The name in quotes, or of a selection without one its number, from 1.
std::string label_of(const Selection& selection, std::size_t number);

}  // namespace dcmflow
