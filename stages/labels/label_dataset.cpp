#include "stages/labels/label_dataset.h"

#include <algorithm>
#include <utility>

#include "stages/dicom/element_list.h"

namespace dcmflow {

std::string_view label_kind_name(LabelKind kind) {
  constexpr std::array<std::string_view, 3> names{"binary", "probability", "occupancy"};
  return names[static_cast<std::size_t>(kind)];
}

Status LabelDataset::open() {
  if (auto opened = dataset_.open(); !opened) return opened;
  const auto encoding = dataset_.start().encoding;
  ElementReader reader(source(), encoding, dataset_.begin(), source().size());
  auto elements = list_elements(reader, false);
  if (!elements) return finish(elements.problem());
  top_ = {std::move(*elements), encoding};
  texts_.emplace(source());
  texts_->character_set = text(top_, specific_character_set_tag, vr('C', 'S'));
  return Done{};
}

Status LabelDataset::finish(const Status& read) const {
  if (auto same = dataset_.check_unchanged(); !same) return same;
  if (read) return read;
  auto problem = read.problem();
  problem.subject = dataset_.file()->name;
  return problem;
}

std::optional<Code> LabelDataset::code(const SequenceItem& item, std::uint32_t tag) {
  const auto first = first_item_of(source(), item.find(tag), item.encoding);
  if (!first) return std::nullopt;
  Code code;
  // Code Value, Long Code Value or URN Code Value.
  for (const auto& [value_tag, value_vr] : {std::pair{0x00080100U, vr('S', 'H')},
                                            {0x00080119U, vr('U', 'C')},
                                            {0x00080120U, vr('U', 'R')}})
    if (code.value.empty()) code.value = text(*first, value_tag, value_vr);
  code.scheme = text(*first, 0x00080102, vr('S', 'H'));
  code.meaning = text(*first, 0x00080104, vr('L', 'O'));
  return code;
}

Status LabelDataset::add_uids(const SequenceItem& item, std::uint32_t sequence, std::uint32_t tag,
                              std::vector<std::string>& uids) {
  return for_each(item, sequence, [&](const SequenceItem& one) -> Status {
    if (auto uid = text(one, tag, vr('U', 'I')); !uid.empty()) uids.push_back(std::move(uid));
    return Done{};
  });
}

void sort_references(LabelReferences& references) {
  for (auto* uids : {&references.instances, &references.series, &references.frames_of_reference}) {
    std::ranges::sort(*uids);
    uids->erase(std::unique(uids->begin(), uids->end()), uids->end());
  }
}

}  // namespace dcmflow
