#include "stages/dicom/private_blocks.h"

#include <algorithm>
#include <limits>
#include <string>

#include "stages/dicom/value_text.h"
#include "stages/dicom/vendor/vendor_attributes.h"

namespace dcmflow {

std::span<const HeaderPlan::Wanted> PrivateBlocks::look_at(const ElementReader& reader,
                                                           const Element& element) {
  const auto group = element.tag >> 16;
  const auto number = element.tag & 0xFFFF;
  if (group != group_.number) enter_group(group);
  const bool is_wanted = group_.first != group_.last;
  // gggg,0010–00FF name the creator of the block gggg,xx00–xxFF.
  if (is_wanted && number <= 0xFF) {
    if (number >= 0x10) reserve_block(reader, element);
    watched_tag_ = element.tag + 1;
    return {};
  }
  if (is_wanted && !group_.has_creators) want_without_creator();
  const auto& rows = plan_.in_private_blocks;
  watched_tag_ = group_.last < rows.size() ? rows[group_.last].tag & 0xFFFF0000
                                           : std::numeric_limits<std::uint32_t>::max();
  while (next_ < wanted_.size() && wanted_[next_].tag < element.tag) ++next_;
  const auto first = next_;
  while (next_ < wanted_.size() && wanted_[next_].tag == element.tag) ++next_;
  if (next_ < wanted_.size()) watched_tag_ = std::min(watched_tag_, wanted_[next_].tag);
  return std::span(wanted_).subspan(first, next_ - first);
}

void PrivateBlocks::enter_group(std::uint32_t group) {
  const auto& rows = plan_.in_private_blocks;
  const auto first =
      std::ranges::lower_bound(rows, group << 16, {}, &HeaderPlan::WantedPrivate::tag);
  auto last = first;
  while (last != rows.end() && last->tag >> 16 == group) ++last;
  group_ = {group, static_cast<std::size_t>(first - rows.begin()),
            static_cast<std::size_t>(last - rows.begin())};
}

void PrivateBlocks::reserve_block(const ElementReader& reader, const Element& element) {
  group_.has_creators = true;
  const auto* value =
      reader.has_value(element) ? texts_.source().at(element.value, element.length) : nullptr;
  if (!value) return;
  const auto plain = value_as_it_stands({value, element.length}, vr('L', 'O'));
  const auto other = plain ? std::string() : texts_.text_of(reader, element, vr('L', 'O'));
  const auto creator = plain ? *plain : std::string_view(other);
  want_block(element.tag & 0xFF,
             [&](const HeaderPlan::WantedPrivate& row) { return row.creator == creator; });
}

// Anonymisers take creators away and leave the elements: then those of vendors are looked for in
// the first block, where they usually are.
void PrivateBlocks::want_without_creator() {
  group_.has_creators = true;
  constexpr std::uint32_t first_block = 0x10;
  want_block(first_block, [](const HeaderPlan::WantedPrivate& row) {
    return row.attribute >= built_in_attributes.size() && row.attribute < vendor_attributes_end;
  });
}

// Adds the rows of the group that `belongs` to what is looked for in the block.
template <class Belongs>
void PrivateBlocks::want_block(std::uint32_t block, Belongs&& belongs) {
  for (auto i = group_.first; i < group_.last; ++i) {
    const auto& row = plan_.in_private_blocks[i];
    if (!belongs(row)) continue;
    const auto tag = row.tag | block << 8;
    can_repeat_ |= std::ranges::count(wanted_, row.attribute, &HeaderPlan::Wanted::attribute) > 0;
    const bool ascending = wanted_.empty() || wanted_.back().tag <= tag;
    wanted_.push_back({tag, row.attribute});
    if (ascending) continue;
    std::ranges::stable_sort(wanted_, {}, &HeaderPlan::Wanted::tag);
    next_ = 0;
  }
}

}  // namespace dcmflow
