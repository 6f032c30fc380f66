#pragma once
// What a selection is once it is compiled. Immutable; safe from any thread.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "stages/selection/rule_key.h"
#include "stages/selection/rule_tests.h"

namespace dcmflow {

struct Condition {
  RuleKey key;
  std::string key_text;  // as it is written in the rules
  std::string expected;  // the condition as compact JSON
  RuleTest test;
};
using ConditionGroup = std::vector<Condition>;  // all must hold

struct OrderKey {
  RuleKey key;
  bool descending = false;
};

struct Selection {
  std::string name;  // trimmed; empty: each series under its Series Instance UID
  ConditionGroup conditions;
  std::vector<ConditionGroup> any_of;   // at least one group must hold, when there are any
  std::vector<ConditionGroup> none_of;  // no group may hold
  std::vector<OrderKey>
      order_by;  // numbers before texts before missing values; ties keep the order of the input
  bool per_study = true;  // limit, min and max count within each study, else over the whole run
  std::optional<std::size_t> limit;  // keep the first so many
  std::optional<std::size_t> min;    // matches before the limit
  std::optional<std::size_t> max;
  bool required = false;  // at least one match in the whole run
};

}  // namespace dcmflow
