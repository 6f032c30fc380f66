#include "engine/keep_choices.h"

#include <algorithm>

#include "stages/selection/selection_rules_types.h"

namespace dcmflow {
namespace {

bool is_chosen_from(const Candidate& candidate) {
  return std::ranges::any_of(candidate.matches, [](const SelectionMatch& match) {
    return match.matched || !match.notes.empty();
  });
}

}  // namespace

bool are_chosen_from(const std::vector<Candidate>& candidates) {
  return std::ranges::any_of(candidates, is_chosen_from);
}

bool counts_all_series(const SelectionRules& rules) {
  return !rules.select_all && std::ranges::any_of(rules.selections, [](const auto& selection) {
    return selection->per != Per::all;
  });
}

std::vector<Candidate> bare_candidates(std::vector<Candidate> candidates, const SeriesPtr& series) {
  for (Candidate& candidate : candidates) {
    candidate.facts.series = series;
    candidate.facts.values = {};
    if (!is_chosen_from(candidate)) candidate.matches = {};
    for (SelectionMatch& match : candidate.matches) {
      match.expected = {};
      match.seen = {};
    }
  }
  return candidates;
}

}  // namespace dcmflow
