#pragma once
// The small tests that conditions are made of, and how they combine. Pure; no Problems; tests are
// safe from any thread.

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stages/selection/regex.h"
#include "stages/selection/scale.h"

namespace dcmflow {

// In the order of their strength: "all of" is the lowest, "any of" the highest. Only `yes` selects
// a series. gave_up: a regex met its limits. missing: there is no value to test.
enum class RuleOutcome : std::uint8_t { no, gave_up, missing, yes };

// The values of an attribute, without padding; none: the attribute is missing.
using RuleValues = std::span<const std::string_view>;
using RuleTest = std::function<RuleOutcome(RuleValues)>;
using ValueTest = std::function<RuleOutcome(std::string_view)>;  // of one value

inline RuleOutcome yes_or_no(bool yes) { return yes ? RuleOutcome::yes : RuleOutcome::no; }

// Combinations. `negate` swaps yes and no and leaves the other two.
RuleTest any_value(ValueTest test);
RuleTest every_value(ValueTest test);
RuleTest all_of(std::vector<RuleTest> tests);
RuleTest any_of(std::vector<RuleTest> tests);
RuleTest negate(RuleTest test);
RuleTest if_multi_valued(RuleTest several, RuleTest single);

// Tests of one value.
ValueTest text_equals(std::string_view text, bool case_sensitive);
ValueTest number_is(Scale scale,
                    std::function<bool(double)> test);  // a value that is no number: no
ValueTest number_equals(Scale scale, double number);
ValueTest truth_equals(bool truth);  // YES, Y, TRUE and 1 are true; NO, N, FALSE and 0 are false
ValueTest found_by(Regex regex);
ValueTest contains(std::string_view text, bool case_sensitive);

// The text occurs in the list of the values, written as ['axial', 'primary'] or [0.5, 0.5]: MONAI's
// reading.
RuleTest occurs_in_list(std::string_view text, bool numeric);

}  // namespace dcmflow
