#pragma once
// Selection rules as text, and what they are read as.

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <string>

#include "stages/selection/selection_rules.h"
#include "test_paths.h"

namespace dcmflow {

inline SelectionRules parse(std::string_view text) {
  AttributeTable table;
  auto rules = parse_selection_rules(text, "rules.json", table);
  EXPECT_TRUE(rules.ok()) << (rules.ok() ? "" : rules.problem().detail);
  return rules ? std::move(*rules) : SelectionRules{};
}

inline std::string error_of(std::string_view text) {
  AttributeTable table;
  const auto rules = parse_selection_rules(text, "rules.json", table);
  if (rules) return "no error";
  EXPECT_EQ(rules.problem().reason, Reason::bad_rules);
  EXPECT_EQ(rules.problem().subject, "rules.json");
  return rules.problem().detail;
}

// A file with one selection whose conditions are these.
inline std::string with_conditions(const std::string& conditions) {
  return R"({"selections": [{"name": "S", "conditions": )" + conditions + "}]}";
}

inline std::string read_source(const std::string& name) {
  std::ifstream file(std::string(DCMFLOW_SOURCE_DIR) + "/" + name);
  EXPECT_TRUE(file.is_open()) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace dcmflow
