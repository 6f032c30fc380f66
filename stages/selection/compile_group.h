#pragma once
// A group of conditions, {"Modality": "CT", "SliceThickness": [1, 5]}, compiled. Errors are
// RuleMessages. For one thread.

#include <vector>

#include "stages/base/positioned_json.h"
#include "stages/dicom/attribute_table.h"
#include "stages/selection/rule_messages.h"
#include "stages/selection/selection_rules.h"
#include "stages/selection/selection_rules_types.h"

namespace dcmflow {

// What is being compiled, and where its messages go.
struct Compiler {
  AttributeTable& table;
  RuleMessages& messages;
  bool strict = false;
  bool monai_by_default = false;
};

// What the conditions of a selection have in common.
struct Switches {
  bool case_sensitive = false;
  bool monai = false;
  Instances instances = Instances::first;
};

// old_forms: those of `conditions`, where a key that nobody knows is a warning; in any_of, none_of
// and order_by it is an error, as in conditions in the form of an object and under strict.
enum class Forms : std::uint8_t { old_forms, new_forms };

ConditionGroup compile_group(const JsonValue& group, const Switches& switches, Forms forms,
                             Compiler& compiler);

// Empty for a value that tests nothing.
std::vector<ConditionGroup> compile_groups(const JsonValue* list, const Switches& switches,
                                           Compiler& compiler);

// What is wrong with the key goes to the messages.
RuleKey resolve_key(const std::string& text, TextPosition position, Forms forms,
                    Compiler& compiler);

// "first", "all" or "any".
Instances read_instances(const JsonValue* value, Instances otherwise, RuleMessages& messages);

}  // namespace dcmflow
