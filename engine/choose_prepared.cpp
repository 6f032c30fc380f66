#include "engine/choose_prepared.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "stages/prepare/plan_prepared.h"
#include "stages/selection/selection_rules_types.h"

namespace dcmflow {
namespace {

// What selections keep of the images that are there.
class ChooseImages {
 public:
  explicit ChooseImages(const Run& run) : run_(run) {
    for (std::size_t i = 0; i < run.volumes.size(); ++i)
      for (const auto& volume : run.volumes[i])
        if (volume->result()) made_.emplace(volume->stack().image_stem, &*volume->result());
  }

  std::vector<ChosenImage> choose() {
    if (run_.rules.select_all) {
      for (std::size_t i = 0; i < run_.candidates.size(); ++i)
        for (const Candidate& candidate : run_.candidates[i])
          add(candidate, run_.series[i]->series_instance_uid);
      return std::move(chosen_);
    }
    auto candidates = run_.candidates;
    for (auto& of_series : candidates)
      for (Candidate& candidate : of_series)
        candidate.facts.converted = made_.contains(candidate.facts.stem);
    for (const auto& selection : collect_selections(candidates, run_.rules).selections)
      for (const auto [series, image] : selection.images)
        add(run_.candidates[series][image],
            selection.name.empty() ? run_.series[series]->series_instance_uid : selection.name);
    return std::move(chosen_);
  }

 private:
  void add(const Candidate& candidate, const std::string& selection) {
    const auto made = made_.find(candidate.facts.stem);
    if (made == made_.end()) return;
    const auto [at, is_new] = places_.emplace(candidate.facts.stem, chosen_.size());
    if (is_new) chosen_.push_back({*made->second, candidate.patient, {}});
    auto& selections = chosen_[at->second].selections;
    if (std::ranges::find(selections, selection) == selections.end())
      selections.push_back(selection);
  }

  const Run& run_;
  std::map<std::string, const ImageFile*> made_;
  std::map<std::string, std::size_t> places_;
  std::vector<ChosenImage> chosen_;
};

std::vector<ChannelRule> channel_rules(const SelectionRules& rules) {
  std::vector<ChannelRule> channels;
  for (const auto& selection : rules.selections) {
    const auto same = std::ranges::find(channels, selection->name, &ChannelRule::name);
    if (same == channels.end())
      channels.push_back({selection->name, selection->required});
    else
      same->is_required |= selection->required;
  }
  return channels;
}

}  // namespace

PreparedPlan choose_prepared(const Run& run) {
  std::set<std::string> taken;
  for (const auto& volumes : run.volumes)
    for (const auto& volume : volumes) taken.insert(volume->stack().image_stem);
  return plan_prepared(ChooseImages(run).choose(), channel_rules(run.rules), *run.settings.prepare,
                       run.format, taken);
}

}  // namespace dcmflow
