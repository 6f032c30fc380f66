#include "stages/selection/bids_participants.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "stages/base/ascii.h"
#include "stages/base/sha256.h"
#include "stages/dicom/attributes.h"

namespace dcmflow {
namespace {

std::string text_of(const Stack& stack, AttributeIndex attribute) {
  return std::string(trimmed(stack.frames.front().find(attribute).value_or(""), {" \0", 2}));
}

std::string digest_of(std::string_view text) {
  constexpr std::size_t letters = 12;  // 48 bits
  Sha256 sha;
  sha.add(text.data(), text.size());
  return hex(sha.finish()).substr(0, letters);
}

// A patient by himself; where nobody says who he is, each study has one of its own.
std::string digest_of_patient(const Stack& stack) {
  const auto id = text_of(stack, attribute_index(0x00100020));
  if (id.empty()) return digest_of("study " + stack.series->study_instance_uid);
  return digest_of(id + '\n' + text_of(stack, attribute_index(0x00100021)));
}

const ParticipantRow* find_row(const Participants& participants, const Stack& stack) {
  const std::map<std::uint32_t, std::string> values{
      {0x00100020, text_of(stack, attribute_index(0x00100020))},
      {0x00100021, text_of(stack, attribute_index(0x00100021))},
      {0x0020000D, stack.series->study_instance_uid},
      {0x00200010, text_of(stack, attribute_index(0x00200010))},
      {0x00080020, text_of(stack, attribute_index(0x00080020))},
      {0x00080050, text_of(stack, attribute_index(0x00080050))}};
  return participants.find([&](std::uint32_t tag) -> std::string_view { return values.at(tag); });
}

// Of images whose session nobody told: the number of their study among their participant's.
void count_sessions(std::span<const PlacedImage> placed) {
  using Study = std::tuple<std::string, std::string, std::string>;
  const auto study_of = [](const PlacedImage& one) {
    return Study(text_of(*one.stack, attribute_index(0x00080020)),
                 text_of(*one.stack, attribute_index(0x00080030)),
                 one.stack->series->study_instance_uid);
  };
  std::map<std::string, std::map<std::string, Study>> first;  // by participant and study
  for (const auto& one : placed) {
    if (!one.image->session.empty()) continue;
    const auto study = study_of(one);
    auto& known = first[one.image->subject].try_emplace(std::get<2>(study), study).first->second;
    known = std::min(known, study);
  }
  const bool are_several = std::ranges::any_of(
      first, [](const auto& participant) { return participant.second.size() > 1; });
  for (const auto& one : placed) {
    if (!one.image->session.empty() || !are_several) continue;
    std::set<Study> studies;
    const auto& of_participant = first[one.image->subject];
    for (const auto& [uid, study] : of_participant) studies.insert(study);
    const auto& own = of_participant.at(one.stack->series->study_instance_uid);
    const auto number = std::to_string(std::distance(studies.begin(), studies.find(own)) + 1);
    one.image->session = number.size() < 2 ? '0' + number : number;
  }
}

}  // namespace

std::vector<SeriesPtr> find_participants(std::span<const PlacedImage> placed,
                                         const Participants* participants) {
  std::vector<SeriesPtr> unlisted;
  for (const auto& one : placed) {
    const auto* const row = participants ? find_row(*participants, *one.stack) : nullptr;
    one.image->subject = row ? row->participant : digest_of_patient(*one.stack);
    if (row) one.image->session = row->session;
    const auto& series = one.stack->series;
    if (participants && !row && (unlisted.empty() || unlisted.back() != series))
      unlisted.push_back(series);
  }
  std::ranges::sort(unlisted, {}, [](const SeriesPtr& series) {
    return std::tuple(std::string_view(series->study_instance_uid),
                      std::string_view(series->series_instance_uid), series->patient);
  });
  unlisted.erase(std::unique(unlisted.begin(), unlisted.end()), unlisted.end());
  count_sessions(placed);
  return unlisted;
}

}  // namespace dcmflow
