#include "stages/selection/rule_tests.h"

#include <algorithm>
#include <array>

#include "stages/base/ascii.h"

namespace dcmflow {
namespace {

bool is_plain_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool equal_ascii(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

ValueTest literal(std::string_view text, bool whole, bool ignore_case = true) {
  auto regex = Regex::compile(text, {.ignore_case = ignore_case, .literal = true, .whole = whole});
  if (regex) return found_by(*regex);
  return [](std::string_view) {
    return RuleOutcome::no;
  };  // longer than PCRE2 takes, and than any value
}

}  // namespace

RuleTest any_value(ValueTest test) {
  return [test = std::move(test)](RuleValues values) {
    if (values.empty()) return RuleOutcome::missing;
    RuleOutcome best = RuleOutcome::no;
    for (const std::string_view value : values) best = std::max(best, test(value));
    return best;
  };
}

RuleTest every_value(ValueTest test) {
  return [test = std::move(test)](RuleValues values) {
    if (values.empty()) return RuleOutcome::missing;
    RuleOutcome worst = RuleOutcome::yes;
    for (const std::string_view value : values) worst = std::min(worst, test(value));
    return worst;
  };
}

RuleTest all_of(std::vector<RuleTest> tests) {
  return [tests = std::move(tests)](RuleValues values) {
    RuleOutcome worst = RuleOutcome::yes;
    for (const RuleTest& test : tests) worst = std::min(worst, test(values));
    return worst;
  };
}

RuleTest any_of(std::vector<RuleTest> tests) {
  return [tests = std::move(tests)](RuleValues values) {
    RuleOutcome best = RuleOutcome::no;
    for (const RuleTest& test : tests) best = std::max(best, test(values));
    return best;
  };
}

RuleTest negate(RuleTest test) {
  return [test = std::move(test)](RuleValues values) {
    const RuleOutcome result = test(values);
    if (result == RuleOutcome::yes) return RuleOutcome::no;
    return result == RuleOutcome::no ? RuleOutcome::yes : result;
  };
}

RuleTest if_multi_valued(RuleTest several, RuleTest single) {
  return [several = std::move(several), single = std::move(single)](RuleValues values) {
    return values.size() > 1 ? several(values) : single(values);
  };
}

ValueTest text_equals(std::string_view text, bool case_sensitive) {
  std::string wanted(text);
  if (case_sensitive)
    return
        [wanted = std::move(wanted)](std::string_view value) { return yes_or_no(value == wanted); };
  // Unicode case folding is needed only when one of the two is not ASCII.
  return [wanted = std::move(wanted), plain = is_plain_ascii(text),
          folded = literal(text, true)](std::string_view value) {
    if (plain && is_plain_ascii(value)) return yes_or_no(equal_ascii(value, wanted));
    return folded(value);
  };
}

ValueTest number_is(Scale scale, std::function<bool(double)> test) {
  return [scale, test = std::move(test)](std::string_view value) {
    const auto number = read_value(scale, value);
    return yes_or_no(number && test(*number));
  };
}

ValueTest number_equals(Scale scale, double number) {
  return number_is(
      scale, [scale, number](double value) { return cut_to(scale, number, value) == number; });
}

ValueTest truth_equals(bool truth) {
  static constexpr auto words = std::to_array<std::array<std::string_view, 2>>(
      {{"no", "yes"}, {"n", "y"}, {"false", "true"}, {"0", "1"}});
  return [truth](std::string_view value) {
    return yes_or_no(std::ranges::any_of(
        words, [&](const auto& pair) { return equal_ascii(value, pair[truth]); }));
  };
}

ValueTest contains(std::string_view text, bool case_sensitive) {
  return literal(text, false, !case_sensitive);
}

ValueTest found_by(Regex regex) {
  return [regex = std::move(regex)](std::string_view value) {
    switch (regex.search(value)) {
      case RegexOutcome::match:
        return RuleOutcome::yes;
      case RegexOutcome::gave_up:
        return RuleOutcome::gave_up;
      default:
        return RuleOutcome::no;
    }
  };
}

RuleTest occurs_in_list(std::string_view text, bool numeric) {
  return [found = literal(text, false), quote = numeric ? "" : "'"](RuleValues values) {
    std::string list;
    for (const std::string_view value : values)
      list.append(list.empty() ? "[" : ", ").append(quote).append(value).append(quote);
    return values.empty() ? RuleOutcome::missing : found(list + ']');
  };
}

}  // namespace dcmflow
