#pragma once
// The object form of a condition, {"gt": 5}, on its way to a test. For one thread.

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "stages/selection/rule_condition.h"

namespace dcmflow {

// What its operators have added so far.
struct ObjectParts {
  const ConditionContext& context;
  RuleMessages& messages;
  std::vector<RuleTest> tests{};
  std::vector<std::function<bool(double)>> bounds{};  // one value must satisfy all of them
  const JsonValue* regex = nullptr;
  const JsonValue* flags = nullptr;
  std::optional<std::size_t> index{};
  bool missing_matches = false;
  bool is_nested = false;
};

}  // namespace dcmflow
