#include "stages/selection/bids_rule.h"

#include "stages/selection/selection_rules_types.h"

namespace dcmflow {
namespace {

const std::vector<std::string>& fact(const ImageFacts& facts, std::string_view key) {
  static const std::vector<std::string> none;
  const auto index = find_fact(key);
  return index ? facts.of(*index) : none;
}

}  // namespace

bool fits_bids(const BidsRule& rule, const ImageFacts& facts, SelectionMatch& match) {
  const auto refuse = [&](std::string_view key, std::string expected) {
    const auto& seen = fact(facts, key);
    match = {.matched = false,
             .failed_key = "bids." + std::string(rule.suffix),
             .expected = std::move(expected),
             .seen = seen.empty() ? "(missing)" : seen.front()};
    return false;
  };
  const bool is_4d = !fact(facts, "Dimension").empty();
  if ((rule.suffix == "bold" || rule.suffix == "cbv") && !is_4d)
    return refuse("Dimension", "several volumes");
  if (rule.suffix == "sbref" && is_4d) return refuse("Dimension", "one volume");
  const auto& gradients = fact(facts, "HasGradients");
  if (rule.suffix == "dwi" && (gradients.empty() || gradients.front() != "true"))
    return refuse("HasGradients", "true");
  return true;
}

Status check_bids_rules(const SelectionRules& rules, std::string_view source, bool no_patient) {
  constexpr auto wanted =
      "--layout bids places images by selections with \"bids\": {\"datatype\": ..., \"suffix\": "
      "...}";
  constexpr auto example =
      "; rules to begin with: config/examples/bids.json, installed as "
      "share/dcmflow/examples/rules/bids.json";
  if (rules.select_all || rules.selections.empty())
    return Problem{Reason::bad_rules, "--rules",
                   std::string(wanted) + "; there are none" + example};
  const auto labels = [&](const auto& is_meant) {
    std::string found;
    for (std::size_t i = 0; i < rules.selections.size(); ++i)
      if (is_meant(*rules.selections[i]))
        found += (found.empty() ? "" : ", ") + label_of(*rules.selections[i], i + 1);
    return found;
  };
  const auto without = labels([](const Selection& one) { return !one.bids; });
  if (!without.empty())
    return Problem{Reason::bad_rules, std::string(source),
                   std::string(wanted) + "; without: " + without + example};
  const auto of_patient =
      labels([&](const Selection& one) { return no_patient && one.bids->tells_of_patient; });
  if (of_patient.empty()) return Done{};
  return Problem{Reason::bad_rules, std::string(source),
                 "--no-patient forbids names with attributes of persons, institutions and orders; "
                 "\"bids\" has them in: " +
                     of_patient};
}

}  // namespace dcmflow
