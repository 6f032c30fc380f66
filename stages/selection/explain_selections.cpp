#include "stages/selection/explain_selections.h"

#include "stages/selection/selection_rules_types.h"

namespace dcmflow {
namespace {

std::string verdict_of(const SelectionMatch& match, bool no_patient) {
  std::string text = match.matched ? "matches" : match.failed_key + ": expected " + match.expected;
  if (!match.matched && !no_patient) text += ", found " + on_one_line(match.seen);
  for (const MatchNote& note : match.notes)
    if (note.kind == MatchNote::Kind::varies) text += " (" + note.key + " varies inside)";
  return text;
}

}  // namespace

std::string on_one_line(std::string_view text) {
  std::string line;
  for (const char c : text) line += static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? ' ' : c;
  return line;
}

std::string explain_selections(const std::vector<std::vector<Candidate>>& candidates,
                               const SelectionRules& rules, bool no_patient) {
  std::string text;
  for (const auto& series : candidates)
    for (const Candidate& candidate : series) {
      const ImageFacts& facts = candidate.facts;
      text += facts.stem.empty() ? facts.series->series_instance_uid + " (no image)" : facts.stem;
      text += '\n';
      if (rules.select_all) text += "  every series is selected\n";
      for (std::size_t s = 0; s < candidate.matches.size(); ++s)
        text.append("  ")
            .append(label_of(*rules.selections[s], s + 1))
            .append("  ")
            .append(verdict_of(candidate.matches[s], no_patient))
            .append("\n");
    }
  return text;
}

}  // namespace dcmflow
