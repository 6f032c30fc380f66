#include "stages/selection/rule_condition.h"

#include <algorithm>
#include <array>

namespace dcmflow {
namespace {

using enum JsonValue::Type;

constexpr std::string_view comparisons = "> >= < <= == !=";

struct Comparison {
  std::string_view symbol;
  std::string_view name;
  bool (*holds)(double value, double operand);
};

constexpr auto comparison_rows = std::to_array<Comparison>({
    {">", "gt", [](double value, double operand) { return value > operand; }},
    {">=", "ge", [](double value, double operand) { return value >= operand; }},
    {"<", "lt", [](double value, double operand) { return value < operand; }},
    {"<=", "le", [](double value, double operand) { return value <= operand; }},
    {"==", "", [](double value, double operand) { return value == operand; }},
    {"!=", "", [](double value, double operand) { return value != operand; }},
});

bool is_symbol(std::string_view text) {
  return !text.empty() && text.find_first_not_of("<>=!~") == std::string_view::npos;
}

// Text that a regex reads as itself: then looking for it finds an equal value, too.
bool is_plain(std::string_view text) {
  return text.find_first_of("\\^$.[|()?*+{") == std::string_view::npos;
}

bool looks_like_regex(std::string_view text) {
  return text.starts_with('^') || text.ends_with('$') ||
         text.find("(?") != std::string_view::npos || text.find(".*") != std::string_view::npos ||
         text.find(".+") != std::string_view::npos;
}

// The regex of an old form. People write sequence names and descriptions there, which need be none:
// then the text is looked for as it stands.
ValueTest compile_old_regex(const JsonValue& pattern, bool whole, const ConditionContext& context,
                            RuleMessages& messages) {
  const RegexOptions options{.ignore_case = !context.numeric() && !context.case_sensitive,
                             .whole = whole};
  const auto regex = Regex::compile(pattern.text, options);
  if (regex || context.strict) return compile_regex(pattern, options, messages);
  messages.warn(pattern.position, to_text(pattern) + " is no regular expression (" +
                                      regex.problem().detail + "): it is looked for as it stands");
  return whole ? text_equals(pattern.text, true) : contains(pattern.text, context.case_sensitive);
}

// A text attribute: equal ignoring case, else found by the regex.
RuleTest compile_text(const JsonValue& pattern, const ConditionContext& context,
                      RuleMessages& messages) {
  RuleTest search = any_value(compile_old_regex(pattern, false, context, messages));
  if (is_plain(pattern.text)) return search;
  return any_of({std::move(search), any_value(text_equals(pattern.text, context.case_sensitive))});
}

// A number is compared as text with the whole of the regex, a text attribute by compile_text.
RuleTest compile_string_rule(const JsonValue& pattern, const ConditionContext& context,
                             RuleMessages& messages) {
  if (context.numeric()) return any_value(compile_old_regex(pattern, true, context, messages));
  return compile_text(pattern, context, messages);
}

RuleTest compile_string(const JsonValue& pattern, const ConditionContext& context,
                        RuleMessages& messages) {
  const bool excludes = pattern.text.size() > 1 && pattern.text.starts_with('!');
  RuleTest single = compile_string_rule(pattern, context, messages);
  if (!excludes && !context.monai) return single;
  JsonValue term = pattern;
  if (excludes) term.text.erase(0, 1);
  RuleTest several = context.monai ? occurs_in_list(term.text, context.numeric())
                                   : compile_string_rule(term, context, messages);
  return if_multi_valued(excludes ? negate(std::move(several)) : std::move(several),
                         std::move(single));
}

RuleTest compile_scalar(const JsonValue& scalar, const ConditionContext& context,
                        RuleMessages& messages) {
  if ((scalar.is(number) && scalar.number == 0) || (scalar.is(boolean) && !scalar.boolean))
    messages.warn_about_zero(scalar);
  RuleTest single = any_value(compile_equality(scalar, context, messages));
  if (!context.monai || !scalar.is(number)) return single;
  return if_multi_valued(occurs_in_list(scalar.text, context.numeric()), std::move(single));
}

// [x, ">"] and its kin. A pair that only looks like one is an error. An empty test: the list is
// something else.
RuleTest compile_relation(const JsonValue& list, const ConditionContext& context,
                          RuleMessages& messages) {
  if (list.items.size() != 2) return {};
  const JsonValue& operand = list.items[0];
  const JsonValue& symbol = list.items[1];
  if (is_symbol(operand.text) && symbol.is(number))
    messages.error(operand.position,
                   "the operator comes second, [" + symbol.text + ", \"" + operand.text + "\"]");
  if (!symbol.is(string)) return {};
  const auto parsed = find_operand(operand, context.scale);
  const bool expected =
      operand.is(number) && context.scale != Scale::text && !symbol.text.starts_with('!');
  if (!parsed || !(is_symbol(symbol.text) || expected)) return {};
  auto comparison = compile_comparison(symbol.text, context.scale, *parsed);
  if (!comparison) {
    messages.error(symbol.position, "unknown operator \"" + symbol.text + "\", expected one of " +
                                        std::string(comparisons));
    return any_value([](std::string_view) { return RuleOutcome::no; });
  }
  ValueTest holds = number_is(context.scale, std::move(comparison));
  return symbol.text == "!=" ? every_value(std::move(holds)) : any_value(std::move(holds));
}

// Every term must be one of several values; a single value must be one of the terms; "!x" must not
// be there.
RuleTest compile_terms(const JsonValue& list, const ConditionContext& context,
                       RuleMessages& messages) {
  std::vector<RuleTest> several;
  std::vector<RuleTest> wanted;
  std::vector<RuleTest> unwanted;
  for (JsonValue term : list.items) {
    const bool excludes = term.is(string) && term.text.size() > 1 && term.text.starts_with('!');
    if (excludes) term.text.erase(0, 1);
    if (!term.is(string) && !term.is(number)) {
      messages.expected(term, "strings or numbers in the list");
      continue;
    }
    if (!context.monai && term.is(string) && looks_like_regex(term.text))
      messages.warn(term.position, "\"" + term.text +
                                       "\" is compared with whole values, not as a regex; " +
                                       "for that write {\"any\": [{\"regex\": ...}]}");
    RuleTest equal = any_value(compile_equality(term, context, messages));
    RuleTest inside = context.monai ? occurs_in_list(term.text, context.numeric()) : equal;
    several.push_back(excludes ? negate(std::move(inside)) : std::move(inside));
    if (excludes)
      unwanted.push_back(negate(std::move(equal)));
    else
      wanted.push_back(std::move(equal));
  }
  std::vector<RuleTest> single = std::move(unwanted);
  if (!wanted.empty()) single.push_back(any_of(std::move(wanted)));
  if (context.alternatives) return all_of(std::move(single));
  return if_multi_valued(all_of(std::move(several)), all_of(std::move(single)));
}

RuleTest compile_list(const JsonValue& list, const ConditionContext& context,
                      RuleMessages& messages) {
  if (RuleTest relation = compile_relation(list, context, messages)) return relation;
  RuleTest terms = compile_terms(list, context, messages);
  const bool two_numbers =
      list.items.size() == 2 && list.items[0].is(number) && list.items[1].is(number);
  if (!two_numbers) return terms;
  if (context.scale == Scale::text && !context.untyped) {
    messages.warn(list.position,
                  "the attribute holds text, so " + to_text(list) +
                      " are two values; for a range write {\"between\": " + to_text(list) + "}");
    return terms;
  }
  const double low = list.items[0].number;
  const double high = list.items[1].number;
  if (low > high)
    messages.warn(list.position, "no number is in the range " + to_text(list) +
                                     ", expected the lower bound first");
  RuleTest range = any_value(number_is(context.scale, [=, scale = context.scale](double value) {
    return low <= cut_to(scale, low, value) && cut_to(scale, high, value) <= high;
  }));
  return if_multi_valued(std::move(terms), std::move(range));
}

}  // namespace

bool is_ignored(const JsonValue& condition) {
  return condition.is(null) || (condition.is(string) && condition.text.empty()) ||
         (condition.is(array) && condition.items.empty()) ||
         (condition.is(object) && condition.members.empty());
}

bool compares_numbers(const JsonValue& condition, Scale scale) {
  if (condition.is(number)) return true;
  const auto of_member = [&](const JsonMember& member) {
    return member.key != "index" && compares_numbers(member.value, scale);
  };
  const bool relation = condition.items.size() == 2 && is_symbol(condition.items[1].text) &&
                        find_operand(condition.items[0], scale);
  return relation || std::ranges::any_of(condition.members, of_member) ||
         std::ranges::any_of(condition.items, [&](const JsonValue& item) {
           return item.is(number) || (item.is(object) && compares_numbers(item, scale));
         });
}

RuleTest compile_condition(const JsonValue& condition, const ConditionContext& context,
                           RuleMessages& messages) {
  if (condition.is(string)) return compile_string(condition, context, messages);
  if (condition.is(array)) return compile_list(condition, context, messages);
  if (condition.is(object)) return compile_object(condition, context, messages);
  return compile_scalar(condition, context, messages);
}

ValueTest compile_equality(const JsonValue& scalar, const ConditionContext& context,
                           RuleMessages& messages) {
  if (scalar.is(number)) return number_equals(context.scale, scalar.number);
  if (scalar.is(boolean))
    return context.numeric() ? number_equals(context.scale, scalar.boolean ? 1 : 0)
                             : truth_equals(scalar.boolean);
  if (!scalar.is(string)) messages.expected(scalar, "a string, a number, true or false");
  if (const auto parsed = parse_number(scalar.text); parsed && context.numeric())
    return number_equals(context.scale, *parsed);
  return text_equals(scalar.text, context.case_sensitive);
}

ValueTest compile_regex(const JsonValue& pattern, const RegexOptions& options,
                        RuleMessages& messages) {
  const auto regex = Regex::compile(pattern.text, options);
  if (regex) return found_by(*regex);
  messages.error(pattern.position, "bad regex " + to_text(pattern) + ": " + regex.problem().detail);
  return [](std::string_view) { return RuleOutcome::no; };
}

std::function<bool(double)> compile_comparison(std::string_view name, Scale scale, double number) {
  const auto row = std::ranges::find_if(comparison_rows, [&](const Comparison& comparison) {
    return name == comparison.symbol || (!name.empty() && name == comparison.name);
  });
  if (row == comparison_rows.end()) return {};
  return [holds = row->holds, scale, number](double value) {
    return holds(cut_to(scale, number, value), number);
  };
}

std::optional<double> find_operand(const JsonValue& value, Scale scale) {
  if (value.is(number)) return value.number;
  return value.is(string) ? read_operand(scale, value.text) : std::nullopt;
}

}  // namespace dcmflow
