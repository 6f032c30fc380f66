#include "engine/untried_images.h"

#include <algorithm>
#include <utility>

#include "engine/account_for_series.h"
#include "engine/bare_series.h"
#include "engine/keep_choices.h"

namespace dcmflow {
namespace {

using Candidates = std::vector<std::vector<Candidate>>;

void add_untried(const Candidates& candidates, const SelectionRules& rules,
                 std::vector<std::string>& untried) {
  for (const auto& selection : collect_selections(candidates, rules).selections)
    for (const auto [series, image] : selection.images)
      if (const Candidate& kept = candidates[series][image]; kept.left_out)
        untried.push_back(kept.facts.stem);
}

}  // namespace

Result<std::vector<std::string>> find_untried_images(Run& run, const NextWindow& next_window) {
  const auto& rules = run.rules;
  std::vector<std::string> untried;
  run.untried = &untried;
  Candidates of_all;
  const auto looked = look_at_windows(run, next_window, [&] {
    for (std::size_t i = 0; i < run.series.size(); ++i) settle_candidates(run, i);
    if (rules.select_all) {  // no series is chosen for another
      add_untried(run.candidates, rules, untried);
      return;
    }
    for (std::size_t i = 0; i < run.series.size(); ++i)
      if (counts_all_series(rules) || are_chosen_from(run.candidates[i]))
        of_all.push_back(
            bare_candidates(std::move(run.candidates[i]), bare_series(*run.series[i])));
  });
  if (!looked) return looked.problem();
  add_untried(of_all, rules, untried);
  std::ranges::sort(untried);
  untried.erase(std::unique(untried.begin(), untried.end()), untried.end());
  run.untried = nullptr;
  return untried;
}

}  // namespace dcmflow
