#pragma once
// One condition of a rule, "Modality": "(?i)CT" or "SliceThickness": {"between": [1, 3]}, compiled
// to a test. For one thread; the tests are pure, and safe from any.

#include <optional>
#include <span>
#include <string_view>

#include "stages/base/positioned_json.h"
#include "stages/selection/rule_messages.h"
#include "stages/selection/rule_tests.h"

namespace dcmflow {

// What the meaning of a condition depends on beside its text.
struct ConditionContext {
  Scale scale = Scale::text;  // how the attribute's values compare with numbers
  bool untyped = false;       // the VR is not known: two numbers are a range
  bool alternatives = false;  // several values are several names of one thing: any of a list
  bool case_sensitive = false;
  bool monai = false;   // a multi-valued attribute is searched as text, not value by value
  bool strict = false;  // text that is no regex is an error, not looked for as it stands

  bool numeric() const { return scale == Scale::decimal; }
};

// "", null, [] and {} test nothing.
bool is_ignored(const JsonValue& condition);

// Whether the condition compares values with a number: then one that is no number is worth a word.
bool compares_numbers(const JsonValue& condition, Scale scale);

// Compiles a condition that is not ignored. What is wrong goes to `messages`; the test is then
// without meaning.
RuleTest compile_condition(const JsonValue& condition, const ConditionContext& context,
                           RuleMessages& messages);

// Compiles the object form, {"gt": 5}. Its operators are the rows of a table.
RuleTest compile_object(const JsonValue& object, const ConditionContext& context,
                        RuleMessages& messages, bool is_nested = false);

// A string, number or boolean as a whole value: no regex. Anything else is an error.
ValueTest compile_equality(const JsonValue& scalar, const ConditionContext& context,
                           RuleMessages& messages);

// A regex as `options` say; an error names PCRE2's words.
ValueTest compile_regex(const JsonValue& pattern, const RegexOptions& options,
                        RuleMessages& messages);

// The comparison named ">", ">=", "<", "<=", "==", "!=" (or "gt", ... of the object form) with
// `number`, on a scale; empty when it is none.
std::function<bool(double)> compile_comparison(std::string_view name, Scale scale, double number);

// A number, or text that is one on the scale.
std::optional<double> find_operand(const JsonValue& value, Scale scale);

// The names that the object form knows, in the order of the table.
std::span<const std::string_view> operator_names();

}  // namespace dcmflow
