#include "stages/selection/tell_selections.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "stages/base/counted.h"
#include "stages/selection/selection_rules_types.h"

namespace dcmflow {
namespace {

// What befell the series that matched and are not kept, in brackets.
std::string losses(const Selection& selection, const SelectionCount& count,
                   std::span<const std::string_view> refusals) {
  std::vector<std::string> parts;
  if (!count.refused.empty()) {
    std::set<std::string_view> reasons;
    for (const std::size_t series : count.refused)
      if (series < refusals.size() && !refusals[series].empty()) reasons.insert(refusals[series]);
    std::string part = std::to_string(count.refused.size()) + " matched and " +
                       (count.refused.size() == 1 ? "was" : "were") + " refused";
    for (const std::string_view reason : reasons)
      part.append(reason == *reasons.begin() ? ": " : ", ").append(reason);
    parts.push_back(std::move(part));
  }
  if (count.unrelated > 0) {
    std::string part = std::to_string(count.unrelated) + " matched without";
    for (const Relation& relation : selection.same)
      part.append(&relation == selection.same.data() ? " the " : ", ")
          .append(relation.key_text + " of \"" + relation.selection + '"');
    parts.push_back(std::move(part));
  }
  if (count.beyond > 0)
    parts.push_back(std::to_string(count.beyond) + " matched beyond skip and limit");
  std::string text;
  for (const std::string& part : parts) text.append(text.empty() ? " (" : "; ").append(part);
  return text.empty() ? text : text + ')';
}

std::string words_of(MatchNote::Kind kind, const std::string& key, std::size_t images) {
  const std::string of = counted(images, "image");
  switch (kind) {
    case MatchNote::Kind::gave_up:
      return "the regular expression of " + key + " gave up at its limit of steps on " + of +
             ", which is no match";
    case MatchNote::Kind::no_number:
      return "the value of " + key + " in " + of + " is no number that could be compared";
    case MatchNote::Kind::varies:
      break;
  }
  return key + " varies inside " + of +
         ", the first slice that has it decides; \"instances\": \"all\" or \"any\" tests every one";
}

// The notes of one selection by kind and key, with how many images each is about. That an attribute
// varies is worth a warning where the image is selected by it.
std::vector<SelectionLine> notes_of(const std::vector<std::vector<Candidate>>& candidates,
                                    std::size_t s, const std::string& label) {
  std::map<std::pair<MatchNote::Kind, std::string>, std::size_t> images;
  for (const auto& series : candidates)
    for (const Candidate& candidate : series) {
      if (s >= candidate.matches.size()) continue;
      const SelectionMatch& match = candidate.matches[s];
      for (const MatchNote& note : match.notes)
        if (note.kind != MatchNote::Kind::varies || match.matched || match.failed_key == note.key)
          ++images[{note.kind, note.key}];
    }
  std::vector<SelectionLine> lines;
  for (const auto& [note, count] : images)
    lines.push_back({true, "selection " + label + ": " + words_of(note.first, note.second, count)});
  return lines;
}

}  // namespace

std::vector<SelectionLine> tell_selections(const std::vector<std::vector<Candidate>>& candidates,
                                           const SelectionRules& rules, const Selected& selected,
                                           std::span<const std::string_view> refusals,
                                           UntoldSeries untold) {
  const std::string total = " of " + std::to_string(candidates.size() + untold.series) + " series";
  if (rules.select_all)
    return {{false, "every series is selected: " +
                        std::to_string(selected.selections.size() + untold.selected) + total +
                        " became images"}};
  std::vector<SelectionLine> lines;
  for (std::size_t s = 0; s < rules.selections.size() && s < selected.counts.size(); ++s) {
    const Selection& selection = *rules.selections[s];
    const SelectionCount& count = selected.counts[s];
    const std::string label = label_of(selection, s + 1);
    lines.push_back({count.kept == 0, "selection " + label + ": " + std::to_string(count.kept) +
                                          total + losses(selection, count, refusals)});
    for (SelectionLine& line : notes_of(candidates, s, label)) lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace dcmflow
