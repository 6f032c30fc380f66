// The object form of a condition: {"gt": 5, "missing": "match"}. An operator is one row of the
// table and one function.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

#include "stages/base/nearest_name.h"
#include "stages/selection/number_operators.h"
#include "stages/selection/object_parts.h"
#include "stages/selection/rule_condition.h"

namespace dcmflow {
namespace {

using enum JsonValue::Type;

constexpr double largest_index = 65535;

void add_regex(ObjectParts& parts, const JsonMember& member) {
  if (!member.value.is(string)) return parts.messages.expected(member.value, "a regex as a string");
  parts.regex = &member.value;
}

void add_flags(ObjectParts& parts, const JsonMember& member) {
  const bool known =
      member.value.is(string) && member.value.text.find_first_not_of("imsx") == std::string::npos;
  if (!known) return parts.messages.expected(member.value, R"(some of the letters "imsx", or "")");
  parts.flags = &member.value;
}

void add_equals(ObjectParts& parts, const JsonMember& member) {
  parts.tests.push_back(any_value(compile_equality(member.value, parts.context, parts.messages)));
}

// Of several values none may be equal; a number is unequal only to numbers.
void add_ne(ObjectParts& parts, const JsonMember& member) {
  const Scale scale = parts.context.scale;
  if (member.value.is(number))
    parts.tests.push_back(
        every_value(number_is(scale, compile_comparison("!=", scale, member.value.number))));
  else
    parts.tests.push_back(
        negate(any_value(compile_equality(member.value, parts.context, parts.messages))));
}

void add_in(ObjectParts& parts, const JsonMember& member) {
  if (!member.value.is(array) || member.value.items.empty())
    return parts.messages.expected(member.value, "a list of values");
  std::vector<RuleTest> equal;
  for (const JsonValue& item : member.value.items)
    equal.push_back(any_value(compile_equality(item, parts.context, parts.messages)));
  parts.tests.push_back(any_of(std::move(equal)));
}

// The terms of all, any and none: whole values, or conditions as objects.
std::vector<RuleTest> compile_nested(ObjectParts& parts, const JsonMember& member) {
  std::vector<RuleTest> tests;
  if (!member.value.is(array) || member.value.items.empty())
    parts.messages.expected(member.value, "a list of values or of objects");
  for (const JsonValue& item : member.value.items) {
    if (item.is(object) && !item.members.empty())
      tests.push_back(compile_object(item, parts.context, parts.messages, true));
    else
      tests.push_back(any_value(compile_equality(item, parts.context, parts.messages)));
  }
  return tests;
}

void add_all(ObjectParts& parts, const JsonMember& member) {
  parts.tests.push_back(all_of(compile_nested(parts, member)));
}

void add_any(ObjectParts& parts, const JsonMember& member) {
  parts.tests.push_back(any_of(compile_nested(parts, member)));
}

void add_none(ObjectParts& parts, const JsonMember& member) {
  parts.tests.push_back(negate(any_of(compile_nested(parts, member))));
}

void add_not(ObjectParts& parts, const JsonMember& member) {
  if (is_ignored(member.value)) return parts.messages.expected(member.value, "a condition");
  parts.tests.push_back(negate(
      member.value.is(object) ? compile_object(member.value, parts.context, parts.messages, true)
                              : compile_condition(member.value, parts.context, parts.messages)));
}

void add_exists(ObjectParts& parts, const JsonMember& member) {
  if (!member.value.is(boolean)) return parts.messages.expected(member.value, "true or false");
  parts.tests.push_back([wanted = member.value.boolean](RuleValues values) {
    return yes_or_no(values.empty() != wanted);
  });
}

void add_index(ObjectParts& parts, const JsonMember& member) {
  const double index = member.value.number;
  if (!member.value.is(number) || index < 0 || index > largest_index || index != std::floor(index))
    return parts.messages.expected(member.value, "a whole number from 0 to 65535");
  parts.index = static_cast<std::size_t>(index);
}

void add_missing(ObjectParts& parts, const JsonMember& member) {
  const bool known =
      member.value.is(string) && (member.value.text == "match" || member.value.text == "no_match");
  if (!known) return parts.messages.expected(member.value, R"("match" or "no_match")");
  parts.missing_matches = member.value.text == "match";
}

// Which frames must satisfy it is read by who compiles the whole condition.
void add_instances(ObjectParts& parts, const JsonMember& member) {
  if (parts.is_nested)
    parts.messages.error(member.position, "\"instances\" belongs to the whole condition");
}

struct Operator {
  std::string_view name;
  void (*add)(ObjectParts& parts, const JsonMember& member);
};

constexpr auto operators = std::to_array<Operator>({
    {"regex", add_regex},
    {"flags", add_flags},
    {"equals", add_equals},
    {"ne", add_ne},
    {"in", add_in},
    {"all", add_all},
    {"any", add_any},
    {"none", add_none},
    {"gt", add_comparison},
    {"ge", add_comparison},
    {"lt", add_comparison},
    {"le", add_comparison},
    {"between", add_between},
    {"near", add_near},
    {"exists", add_exists},
    {"not", add_not},
    {"index", add_index},
    {"missing", add_missing},
    {"instances", add_instances},
});

constexpr auto names = [] {
  std::array<std::string_view, operators.size()> list;
  std::ranges::transform(operators, list.begin(), &Operator::name);
  return list;
}();

void report_unknown(const JsonMember& member, RuleMessages& messages) {
  messages.error(member.position,
                 "unknown operator \"" + member.key + "\", " + what_is_known(member.key, names));
}

void finish_regex(ObjectParts& parts) {
  if (parts.flags != nullptr && parts.regex == nullptr)
    parts.messages.error(parts.flags->position, "\"flags\" without \"regex\"");
  if (parts.regex == nullptr) return;
  RegexOptions options{.ignore_case = !parts.context.case_sensitive};
  if (parts.flags != nullptr) {
    const auto has = [&](char flag) { return parts.flags->text.find(flag) != std::string::npos; };
    options = {
        .ignore_case = has('i'), .multi_line = has('m'), .dot_all = has('s'), .extended = has('x')};
  }
  parts.tests.push_back(any_value(compile_regex(*parts.regex, options, parts.messages)));
}

}  // namespace

RuleTest compile_object(const JsonValue& object, const ConditionContext& context,
                        RuleMessages& messages, bool is_nested) {
  ObjectParts parts{.context = context, .messages = messages, .is_nested = is_nested};
  const std::size_t errors_before = messages.errors().size();
  for (const JsonMember& member : object.members) {
    if (member.repeated)
      messages.warn(member.position, "\"" + member.key + "\" is given twice, the last one counts");
    const auto row = std::ranges::find(operators, member.key, &Operator::name);
    if (row == operators.end())
      report_unknown(member, messages);
    else
      row->add(parts, member);
  }
  finish_regex(parts);
  finish_bounds(parts);
  if (parts.tests.empty() && messages.errors().size() == errors_before)
    messages.error(object.position, "the object " + to_text(object) + " tests nothing");
  return [test = all_of(std::move(parts.tests)), index = parts.index,
          missing_matches = parts.missing_matches](RuleValues values) {
    if (index) values = *index < values.size() ? values.subspan(*index, 1) : RuleValues();
    const RuleOutcome result = test(values);
    return result == RuleOutcome::missing && missing_matches ? RuleOutcome::yes : result;
  };
}

std::span<const std::string_view> operator_names() { return names; }

}  // namespace dcmflow
