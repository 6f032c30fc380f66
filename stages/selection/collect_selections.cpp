#include "stages/selection/collect_selections.h"

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <span>
#include <tuple>
#include <utility>

#include "stages/selection/selection_rules_types.h"

namespace dcmflow {
namespace {

using Candidates = std::vector<std::vector<Candidate>>;

// The images of a series that a selection matches, the one that stands for it first.
struct MatchedSeries {
  std::size_t series = 0;
  std::vector<std::size_t> images;
};

bool comes_before(const std::vector<OrderValue>& a, const std::vector<OrderValue>& b,
                  const std::vector<OrderKey>& keys) {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (a[i].kind != b[i].kind) return a[i].kind < b[i].kind;
    const bool less = a[i].number < b[i].number || a[i].text < b[i].text;
    const bool more = a[i].number > b[i].number || a[i].text > b[i].text;
    if (less || more) return keys[i].descending ? more : less;
  }
  return false;
}

// Every one has an image that matches.
void sort_by_keys(std::vector<MatchedSeries>& matched, const Selection& selection, std::size_t s,
                  const Candidates& candidates) {
  const auto order = [&](const MatchedSeries& one) -> const std::vector<OrderValue>& {
    return candidates[one.series][one.images.front()].matches[s].order;
  };
  std::ranges::stable_sort(matched, [&](const MatchedSeries& a, const MatchedSeries& b) {
    return comes_before(order(a), order(b), selection.order_by);
  });
}

// The series in the groups that skip, limit, min and max count in: every study or patient of the
// run, or all as one; by their first series. Who has no Patient ID is a patient in each study.
struct Scope {
  std::string where;  // "" or " in the study 1.2.3"
  std::vector<MatchedSeries> matched;
};

std::vector<Scope> split_by_scope(std::vector<MatchedSeries> matched, const Candidates& candidates,
                                  Per per) {
  if (per == Per::all) return {{"", std::move(matched)}};
  std::vector<Scope> scopes;
  std::map<std::string, std::size_t> by_name;
  const auto scope_of = [&](std::size_t series) -> Scope& {
    const Candidate& first = candidates[series].front();
    const std::string& study = first.facts.series->study_instance_uid;
    const bool by_patient = per == Per::patient && !first.patient.empty();
    const auto [at, is_new] =
        by_name.try_emplace(by_patient ? first.patient : study, scopes.size());
    // Of the patient nothing is told but a study.
    if (is_new)
      scopes.push_back(
          {(by_patient ? " for the patient of the study " : " in the study ") + study, {}});
    return scopes[at->second];
  };
  for (std::size_t series = 0; series < candidates.size(); ++series)
    if (!candidates[series].empty()) scope_of(series);
  for (MatchedSeries& one : matched) scope_of(one.series).matched.push_back(std::move(one));
  return scopes;
}

// What is left of a scope's series behind skip and limit.
std::span<const MatchedSeries> keep(const Selection& selection, const Scope& scope) {
  std::span<const MatchedSeries> kept = scope.matched;
  const auto from = static_cast<std::size_t>(std::abs(selection.skip));
  const std::size_t first = selection.skip >= 0 ? from : kept.size() - std::min(from, kept.size());
  kept = kept.subspan(std::min(first, kept.size()));
  return kept.first(std::min(kept.size(), selection.limit.value_or(kept.size())));
}

std::optional<std::string> find_unmet(const Selection& selection,
                                      const std::vector<Scope>& scopes) {
  const bool none =
      std::ranges::all_of(scopes, [](const Scope& scope) { return scope.matched.empty(); });
  if (selection.required && none) return "required, and 0 series match";
  for (const auto& [where, matched] : scopes) {
    const std::string found =
        std::to_string(matched.size()) + " series match" + where + ", expected at ";
    if (selection.min && matched.size() < *selection.min)
      return found + "least " + std::to_string(*selection.min);
    if (selection.max && matched.size() > *selection.max)
      return found + "most " + std::to_string(*selection.max);
  }
  return std::nullopt;
}

// Adds to the selection of that name, which may exist.
class Collection {
 public:
  void add(const std::string& name, SelectedImage image) {
    auto& kept = named(name).images;
    if (members_.emplace(name, image.series, image.image).second) kept.push_back(image);
  }

  // Those of the selections so far that have this name.
  std::span<const SelectedImage> of(const std::string& name) const {
    const auto at = by_name_.find(name);
    return at == by_name_.end() ? std::span<const SelectedImage>() : selections_[at->second].images;
  }

  void add_unmet(const std::string& name, const std::string& why) {
    auto& unmet = named(name).unmet;
    unmet = unmet ? *unmet + "; " + why : why;
  }

  std::vector<SelectedSeries> take() { return std::move(selections_); }

 private:
  SelectedSeries& named(const std::string& name) {
    const auto [at, is_new] = by_name_.try_emplace(name, selections_.size());
    if (is_new) selections_.push_back({name, {}, std::nullopt});
    return selections_[at->second];
  }

  std::vector<SelectedSeries> selections_;
  std::map<std::string, std::size_t> by_name_;
  std::set<std::tuple<std::string, std::size_t, std::size_t>> members_;
};

// Whether the image has all that its relations ask for, in one image of each selection.
bool is_related(const Candidate& image, const Selection& selection, const Candidates& candidates,
                const Collection& collection) {
  return std::ranges::all_of(selection.same, [&](const Relation& relation) {
    return std::ranges::any_of(collection.of(relation.selection), [&](const SelectedImage& other) {
      const Candidate& partner = candidates[other.series][other.image];
      return std::ranges::all_of(selection.same, [&](const Relation& also) {
        return also.selection != relation.selection ||
               (!image.related[also.key].empty() &&
                image.related[also.key] == partner.related[also.key]);
      });
    });
  });
}

// The images of one series that the selection can keep, and why there are none.
std::vector<std::size_t> find_images(const Candidates& candidates, std::size_t series,
                                     const Selection& selection, std::size_t s,
                                     const Collection& collection, SelectionCount& count) {
  std::vector<std::size_t> images;
  bool matched = false;
  bool converted = false;
  for (std::size_t i = 0; i < candidates[series].size(); ++i) {
    const Candidate& candidate = candidates[series][i];
    if (s >= candidate.matches.size() || !candidate.matches[s].matched) continue;
    matched = true;
    const bool could_be_kept = candidate.facts.converted || candidate.left_out;
    converted |= could_be_kept;
    if (could_be_kept && is_related(candidate, selection, candidates, collection))
      images.push_back(i);
  }
  if (matched && !converted) count.refused.push_back(series);
  if (converted && images.empty()) ++count.unrelated;
  return images;
}

SelectionCount collect(const SelectionRules& rules, std::size_t s, const Candidates& candidates,
                       Collection& collection) {
  const Selection& selection = *rules.selections[s];
  SelectionCount count;
  std::vector<MatchedSeries> matched;
  for (std::size_t series = 0; series < candidates.size(); ++series) {
    auto images = find_images(candidates, series, selection, s, collection, count);
    if (!images.empty()) matched.push_back({series, std::move(images)});
  }
  sort_by_keys(matched, selection, s, candidates);
  const auto all = matched.size();
  const std::vector<Scope> scopes = split_by_scope(std::move(matched), candidates, selection.per);
  for (const Scope& scope : scopes) {
    for (const MatchedSeries& one : keep(selection, scope)) {
      const Series& series = *candidates[one.series].front().facts.series;
      const auto& name = selection.name.empty() ? series.series_instance_uid : selection.name;
      const std::span<const std::size_t> images = one.images;
      for (const std::size_t image : selection.every_image ? images : images.first(1))
        collection.add(name, {one.series, image});
      ++count.kept;
    }
  }
  count.beyond = all - count.kept;
  if (const auto unmet = find_unmet(selection, scopes))
    collection.add_unmet(
        selection.name.empty() ? "selection " + std::to_string(s + 1) : selection.name, *unmet);
  return count;
}

// In the order of the rules, whatever the order in which they were found.
std::vector<SelectedSeries> in_order(std::vector<SelectedSeries> found,
                                     const SelectionRules& rules) {
  const auto place = [&](const SelectedSeries& one) {
    const auto at = std::ranges::find(rules.selections, one.name,
                                      [](const auto& selection) { return selection->name; });
    return at - rules.selections.begin();
  };
  std::ranges::stable_sort(found, {}, place);
  return found;
}

}  // namespace

Selected collect_selections(const Candidates& candidates, const SelectionRules& rules) {
  Collection collection;
  Selected selected;
  if (rules.select_all) {
    for (std::size_t series = 0; series < candidates.size(); ++series) {
      const auto& images = candidates[series];
      const bool has_main =
          !images.empty() && images.front().facts.converted && images.front().facts.is_main;
      if (has_main) collection.add(images.front().facts.series->series_instance_uid, {series, 0});
    }
    selected.selections = collection.take();
    return selected;
  }
  selected.counts.resize(rules.selections.size());
  for (const std::size_t s : rules.order)
    selected.counts[s] = collect(rules, s, candidates, collection);
  selected.selections = collection.take();
  if (!std::ranges::is_sorted(rules.order))
    selected.selections = in_order(std::move(selected.selections), rules);
  return selected;
}

}  // namespace dcmflow
