#include "stages/select_series.h"

#include <algorithm>
#include <utility>

#include "stages/dicom/attributes.h"
#include "stages/selection/bids_rule.h"
#include "stages/selection/image_values.h"
#include "stages/selection/selection_rules_types.h"

namespace dcmflow {
namespace {

constexpr std::size_t longest_seen = 256;

// The values as they stand in the header, cut between characters.
std::string describe(std::span<const std::string_view> values, RuleOutcome result) {
  if (values.empty()) return "(missing)";
  std::string text(values[0]);
  for (std::size_t i = 1; i < values.size() && text.size() <= longest_seen; ++i)
    text.append("\\").append(values[i]);
  if (text.size() > longest_seen) {
    std::size_t end = longest_seen;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
    text.replace(end, std::string::npos, "...");
  }
  if (result == RuleOutcome::gave_up) text += " (the regex gave up at its limit of steps)";
  return text;
}

// An image under test: its values, and what is worth a word about the conditions so far.
struct Test {
  ImageValues values;
  std::vector<MatchNote> notes{};
};

void note(MatchNote::Kind kind, const std::string& key, std::vector<MatchNote>& notes) {
  const bool known = std::ranges::any_of(
      notes, [&](const MatchNote& other) { return other.kind == kind && other.key == key; });
  if (!known) notes.push_back({kind, key});
}

// What a condition says of the frames, and the values that decided.
struct Finding {
  RuleOutcome outcome = RuleOutcome::yes;
  const ValueList* seen = nullptr;
};

Finding find_outcome(const Condition& condition, Test& test) {
  if (condition.instances == Instances::first) {
    const ValueList& first = test.values.first(condition.key);
    return {condition.test(first), &first};
  }
  const auto& lists = test.values.find(condition.key);
  Finding decisive{condition.test(lists.front()), &lists.front()};
  for (const ValueList& list : lists) {
    const RuleOutcome outcome = condition.test(list);
    const bool decides = condition.instances == Instances::all ? outcome < decisive.outcome
                                                               : outcome > decisive.outcome;
    if (decides) decisive = {outcome, &list};
  }
  return decisive;
}

Finding evaluate(const Condition& condition, Test& test) {
  using enum MatchNote::Kind;
  const Finding finding = find_outcome(condition, test);
  const bool one_decides = condition.instances == Instances::first;
  if (one_decides && test.values.find(condition.key).size() > 1)
    note(varies, condition.key_text, test.notes);
  if (finding.outcome == RuleOutcome::gave_up) note(gave_up, condition.key_text, test.notes);
  const auto is_number = [&](std::string_view value) {
    return read_value(condition.key.scale, value).has_value();
  };
  if (condition.compares_numbers && !finding.seen->empty() &&
      std::ranges::none_of(*finding.seen, is_number))
    note(no_number, condition.key_text, test.notes);
  return finding;
}

// The first condition of the group that does not hold, or nullptr.
struct GroupResult {
  const Condition* failed = nullptr;
  Finding finding{};
};

GroupResult evaluate(const ConditionGroup& group, Test& test) {
  for (const Condition& condition : group)
    if (const Finding finding = evaluate(condition, test); finding.outcome != RuleOutcome::yes)
      return {&condition, finding};
  return {};
}

SelectionMatch explain(const GroupResult& result) {
  const Condition& failed = *result.failed;
  return {.matched = false,
          .failed_key = failed.key_text,
          .expected = failed.expected,
          .seen = describe(*result.finding.seen, result.finding.outcome)};
}

SelectionMatch match_any_of(const std::vector<ConditionGroup>& groups, Test& test) {
  std::string seen;
  for (const ConditionGroup& group : groups) {
    const GroupResult result = evaluate(group, test);
    if (result.failed == nullptr) return {.matched = true};
    const SelectionMatch why = explain(result);
    seen.append(seen.empty() ? "" : "; ").append(why.failed_key).append(": ").append(why.seen);
  }
  return {.matched = false,
          .failed_key = "any_of",
          .expected = "one of " + std::to_string(groups.size()) + " groups",
          .seen = std::move(seen)};
}

// A regex that gave up is no proof that a group does not hold.
SelectionMatch match_none_of(const std::vector<ConditionGroup>& groups, Test& test) {
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const GroupResult result = evaluate(groups[i], test);
    if (result.failed != nullptr && result.finding.outcome != RuleOutcome::gave_up) continue;
    const std::string group =
        "group " + std::to_string(i + 1) + " of " + std::to_string(groups.size());
    return {.matched = false,
            .failed_key = "none_of",
            .expected = "no group to match",
            .seen = result.failed == nullptr ? group + " matches"
                                             : group + ", " + explain(result).seen};
  }
  return {.matched = true};
}

SelectionMatch match(const Selection& selection, Test& test) {
  if (const GroupResult result = evaluate(selection.conditions, test); result.failed != nullptr)
    return explain(result);
  if (!selection.any_of.empty())
    if (SelectionMatch result = match_any_of(selection.any_of, test); !result.matched)
      return result;
  return match_none_of(selection.none_of, test);
}

OrderValue order_value(const RuleKey& key, ImageValues& values) {
  const auto& found = values.first(key);
  if (found.empty()) return {};
  if (const auto number = read_value(key.scale, found[0]))
    return {OrderValue::Kind::number, *number, {}};
  return {OrderValue::Kind::text, 0, std::string(found[0])};
}

std::string joined(const ValueList& values) {
  std::string text;
  for (const std::string_view value : values) text.append(text.empty() ? "" : "\\").append(value);
  return text;
}

// The frames of a series that became no image: one of each instance, in the order in which it was
// acquired, which does not depend on UIDs.
std::vector<Frame> frames_of(const Series& series) {
  std::vector<Frame> frames;
  for (const InstancePtr& instance : series.instances) frames.push_back(make_frame(instance, 0));
  std::ranges::stable_sort(frames, [](const Frame& a, const Frame& b) {
    const auto place = [](const Frame& frame) {
      std::string_view name;
      if (frame.instance->file) name = frame.instance->file->place();
      return std::pair(frame.instance->instance_number().value_or(0), name);
    };
    return place(a) < place(b);
  });
  return frames;
}

void sort_by_name(std::vector<Candidate>& candidates) {
  std::ranges::stable_sort(candidates, {}, [](const Candidate& candidate) {
    return std::pair(!candidate.facts.is_main, std::string_view(candidate.facts.stem));
  });
}

}  // namespace

Candidate select_image(ImageFacts facts, std::span<const Frame> frames, const SelectionRules& rules,
                       const AttributeTable& table) {
  constexpr RuleKey patient_id{.source = RuleKey::Source::attribute,
                               .attribute = attribute_index(0x00100020)};
  constexpr RuleKey issuer{.source = RuleKey::Source::attribute,
                           .attribute = attribute_index(0x00100021)};
  Candidate candidate{.facts = std::move(facts), .patient = {}, .related = {}, .matches = {}};
  Test test{.values = ImageValues(candidate.facts, frames, table)};
  if (const ValueList& id = test.values.first(patient_id); !id.empty())
    candidate.patient = joined(id) + '\n' + joined(test.values.first(issuer));
  for (const RuleKey& key : rules.related_keys)
    candidate.related.push_back(joined(test.values.first(key)));
  for (const auto& selection : rules.selections) {
    test.notes.clear();
    SelectionMatch result = match(*selection, test);
    if (result.matched && selection->bids) fits_bids(*selection->bids, candidate.facts, result);
    result.notes = std::move(test.notes);
    for (const OrderKey& key : selection->order_by)
      result.order.push_back(order_value(key.key, test.values));
    candidate.matches.push_back(std::move(result));
  }
  return candidate;
}

std::vector<Candidate> select_series(const SeriesPtr& series, std::span<const Stack> images,
                                     std::string_view format, const Tolerances& tolerances,
                                     const SelectionRules& rules, const AttributeTable& table) {
  std::vector<Candidate> candidates;
  for (const Stack& image : images) {
    auto facts = find_facts(series, &image, images, format, tolerances);
    candidates.push_back(select_image(std::move(facts), image.frames, rules, table));
    candidates.back().image = candidates.size() - 1;
  }
  if (images.empty())
    candidates.push_back(select_image(find_facts(series, nullptr, images, format, tolerances),
                                      frames_of(*series), rules, table));
  sort_by_name(candidates);
  return candidates;
}

void name_candidates(std::vector<Candidate>& candidates, std::span<const Stack> images) {
  for (Candidate& candidate : candidates)
    if (candidate.image < images.size())  // a series without an image is a candidate, too
      candidate.facts.stem = images[candidate.image].image_stem;
  sort_by_name(candidates);
}

}  // namespace dcmflow
