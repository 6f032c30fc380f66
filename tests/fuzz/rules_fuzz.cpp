// Selection rules: any text compiles or is refused, and what compiled is tested on values as a
// header has them.

#include <array>
#include <string>

#include "stages/selection/selection_rules.h"
#include "stages/selection/selection_rules_types.h"
#include "tests/fuzz/fuzz_target.h"

using namespace dcmflow;
using namespace dcmflow::fuzz;

namespace {

// What attributes say, and what comes out when something went wrong before.
constexpr std::array<std::string_view, 10> texts{
    "CT",       "ORIGINAL",      "PRIMARY",  "1.5", "-1e300",
    "20240229", "235959.999999", "Brain^T1", "",    "\xC3\xA4 \xFF"};

void test(const ConditionGroup& group) {
  for (const auto& condition : group) {
    promise(static_cast<bool>(condition.test), "a condition that compiled has a test");
    for (std::size_t count = 0; count <= texts.size(); count += 3) {
      const std::span values(texts.data() + (texts.size() - count) / 2, count);
      const auto outcome = condition.test(values);
      promise(outcome == condition.test(values), "a test says the same of the same values");
    }
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(input), size);
  AttributeTable table;
  const auto rules = parse_selection_rules(text, "rules", table);
  if (!rules) {
    promise(rules.problem().reason == Reason::bad_rules && !rules.problem().detail.empty(),
            "rules that do not compile are bad_rules, with what is wrong");
    return 0;
  }
  for (const auto& selection : rules->selections) {
    test(selection->conditions);
    for (const auto& group : selection->any_of) test(group);
    for (const auto& group : selection->none_of) test(group);
  }
  return 0;
}
