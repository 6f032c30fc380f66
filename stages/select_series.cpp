#include "stages/select_series.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <utility>

#include "stages/selection/selection_rules_types.h"
#include "stages/selection/series_values.h"

namespace dcmflow {
namespace {

constexpr std::size_t longest_seen = 256;

// The values as they stand in the header, cut between characters.
std::string describe(std::span<const std::string_view> values, Outcome result) {
  if (values.empty()) return "(missing)";
  std::string text(values[0]);
  for (std::size_t i = 1; i < values.size() && text.size() <= longest_seen; ++i)
    text.append("\\").append(values[i]);
  if (text.size() > longest_seen) {
    std::size_t end = longest_seen;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    text.replace(end, std::string::npos, "...");
  }
  if (result == Outcome::gave_up) text += " (the regex gave up at its limit of steps)";
  return text;
}

// The first condition of the group that does not hold, or nullptr and the outcome yes.
struct GroupResult {
  const Condition* failed = nullptr;
  Outcome outcome = Outcome::yes;
};

GroupResult evaluate(const ConditionGroup& group, SeriesValues& values) {
  for (const Condition& condition : group)
    if (const Outcome result = condition.test(values.find(condition.key)); result != Outcome::yes)
      return {&condition, result};
  return {};
}

SelectionMatch explain(const GroupResult& result, SeriesValues& values) {
  const Condition& failed = *result.failed;
  return {.matched = false,
          .failed_key = failed.key_text,
          .expected = failed.expected,
          .seen = describe(values.find(failed.key), result.outcome)};
}

SelectionMatch match_any_of(const std::vector<ConditionGroup>& groups, SeriesValues& values) {
  std::string seen;
  for (const ConditionGroup& group : groups) {
    const GroupResult result = evaluate(group, values);
    if (result.failed == nullptr) return {.matched = true};
    const SelectionMatch why = explain(result, values);
    seen.append(seen.empty() ? "" : "; ").append(why.failed_key).append(": ").append(why.seen);
  }
  return {.matched = false,
          .failed_key = "any_of",
          .expected = "one of " + std::to_string(groups.size()) + " groups",
          .seen = std::move(seen)};
}

// A regex that gave up is no proof that a group does not hold.
SelectionMatch match_none_of(const std::vector<ConditionGroup>& groups, SeriesValues& values) {
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const GroupResult result = evaluate(groups[i], values);
    if (result.failed != nullptr && result.outcome != Outcome::gave_up) continue;
    const std::string group =
        "group " + std::to_string(i + 1) + " of " + std::to_string(groups.size());
    return {.matched = false,
            .failed_key = "none_of",
            .expected = "no group to match",
            .seen = result.failed == nullptr ? group + " matches"
                                             : group + ", " + explain(result, values).seen};
  }
  return {.matched = true};
}

SelectionMatch match(const Selection& selection, SeriesValues& values) {
  if (const GroupResult result = evaluate(selection.conditions, values); result.failed != nullptr)
    return explain(result, values);
  if (!selection.any_of.empty())
    if (SelectionMatch result = match_any_of(selection.any_of, values); !result.matched)
      return result;
  return match_none_of(selection.none_of, values);
}

// What a series is ordered by: numbers, then texts, then missing values; a number and a text never
// compare.
struct OrderValue {
  enum class Kind : std::uint8_t { number, text, missing };
  Kind kind = Kind::missing;
  double number = 0;
  std::string text;
};

OrderValue order_value(const RuleKey& key, SeriesValues& values) {
  const auto found = values.find(key);
  if (found.empty()) return {};
  if (const auto number = parse_number(found[0])) return {OrderValue::Kind::number, *number, {}};
  return {OrderValue::Kind::text, 0, std::string(found[0])};
}

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

void sort_by_keys(std::vector<std::size_t>& kept, const std::vector<OrderKey>& keys,
                  const std::vector<SeriesFacts>& series, const AttributeTable& table) {
  if (keys.empty()) return;
  std::vector<std::pair<std::vector<OrderValue>, std::size_t>> rows;
  for (const std::size_t index : kept) {
    SeriesValues values(series[index], table);
    auto& row = rows.emplace_back(std::vector<OrderValue>(), index);
    for (const OrderKey& key : keys) row.first.push_back(order_value(key.key, values));
  }
  std::ranges::stable_sort(
      rows, [&](const auto& a, const auto& b) { return comes_before(a.first, b.first, keys); });
  std::ranges::transform(rows, kept.begin(), [](const auto& row) { return row.second; });
}

// The series in the groups that limit, min and max count in: every study of the run, or all as one;
// by their first series.
struct Scope {
  std::string where;  // "" or " in the study 1.2.3"
  std::vector<std::size_t> matched;
};

std::vector<Scope> split_by_scope(const std::vector<std::size_t>& matched,
                                  const std::vector<SeriesFacts>& series, bool per_study) {
  if (!per_study) return {{"", matched}};
  std::vector<Scope> scopes;
  std::map<std::string_view, std::size_t> by_study;
  for (const SeriesFacts& facts : series) {
    const std::string& study = facts.series->study_instance_uid;
    if (by_study.try_emplace(study, scopes.size()).second)
      scopes.push_back({" in the study " + study, {}});
  }
  for (const std::size_t index : matched)
    scopes[by_study.at(series[index].series->study_instance_uid)].matched.push_back(index);
  return scopes;
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
  void add(const std::string& name, std::size_t index) {
    auto& kept = named(name).series;
    if (members_.emplace(name, index).second) kept.push_back(index);
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
  std::set<std::pair<std::string, std::size_t>> members_;
};

void collect(const Selection& selection, const std::string& label, std::vector<std::size_t> matched,
             const std::vector<SeriesFacts>& series, const AttributeTable& table,
             Collection& collection) {
  sort_by_keys(matched, selection.order_by, series, table);
  const std::vector<Scope> scopes = split_by_scope(matched, series, selection.per_study);
  for (const Scope& scope : scopes) {
    const std::size_t kept =
        std::min(scope.matched.size(), selection.limit.value_or(scope.matched.size()));
    for (const std::size_t index : std::span(scope.matched).first(kept))
      collection.add(
          selection.name.empty() ? series[index].series->series_instance_uid : selection.name,
          index);
  }
  if (const auto unmet = find_unmet(selection, scopes)) collection.add_unmet(label, *unmet);
}

}  // namespace

std::vector<SelectionMatch> select_series(const SeriesFacts& series, const SelectionRules& rules,
                                          const AttributeTable& table) {
  SeriesValues values(series, table);
  std::vector<SelectionMatch> matches;
  matches.reserve(rules.selections.size());
  for (const auto& selection : rules.selections) matches.push_back(match(*selection, values));
  return matches;
}

std::vector<SelectedSeries> collect_selections(
    const std::vector<SeriesFacts>& series, const std::vector<std::vector<SelectionMatch>>& matches,
    const SelectionRules& rules, const AttributeTable& table) {
  Collection collection;
  if (rules.select_all)
    for (std::size_t i = 0; i < series.size(); ++i)
      if (series[i].converted) collection.add(series[i].series->series_instance_uid, i);
  for (std::size_t s = 0; s < rules.selections.size(); ++s) {
    const Selection& selection = *rules.selections[s];
    std::vector<std::size_t> matched;
    for (std::size_t i = 0; i < std::min(series.size(), matches.size()); ++i)
      if (series[i].converted && s < matches[i].size() && matches[i][s].matched)
        matched.push_back(i);
    const std::string label =
        selection.name.empty() ? "selection " + std::to_string(s + 1) : selection.name;
    collect(selection, label, std::move(matched), series, table, collection);
  }
  return collection.take();
}

}  // namespace dcmflow
