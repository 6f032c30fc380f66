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

Status check_bids_rules(const SelectionRules& rules, std::string_view source) {
  std::string without;
  for (std::size_t i = 0; i < rules.selections.size(); ++i)
    if (!rules.selections[i]->bids)
      without += (without.empty() ? "" : ", ") + label_of(*rules.selections[i], i + 1);
  if (rules.select_all || rules.selections.empty()) without = "none is there";
  if (without.empty()) return Done{};
  return Problem{Reason::bad_rules, std::string(source),
                 "--layout bids places images by selections with \"bids\": {\"datatype\": ..., "
                 "\"suffix\": ...}; without: " +
                     without + "; config/examples/bids.json has rules to begin with"};
}

}  // namespace dcmflow
