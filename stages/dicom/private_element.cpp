#include "stages/dicom/private_element.h"

#include <algorithm>

#include "stages/dicom/element_list.h"

namespace dcmflow {
namespace {

constexpr std::uint32_t longest_value = 8 << 20;
constexpr std::uint32_t longest_creator = 64;  // LO (PS3.5 table 6.2-1)

std::string_view creator_of(ByteSource& source, const Element& element) {
  if (element.length > longest_creator) return {};
  const auto* bytes = source.at(element.value, element.length);
  if (!bytes) return {};
  std::string_view text(reinterpret_cast<const char*>(bytes), element.length);
  while (text.ends_with(' ') || text.ends_with('\0')) text.remove_suffix(1);
  while (text.starts_with(' ')) text.remove_prefix(1);
  return text;
}

}  // namespace

const Element* find_element(std::span<const Element> elements, std::uint32_t tag) {
  const auto found = std::ranges::lower_bound(elements, tag, {}, &Element::tag);
  return found != elements.end() && found->tag == tag ? &*found : nullptr;
}

const Element* find_private(ByteSource& source, std::span<const Element> elements,
                            std::uint16_t group, std::string_view creator, std::uint8_t number) {
  const std::uint32_t first = std::uint32_t{group} << 16 | 0x10;
  const std::uint32_t last = std::uint32_t{group} << 16 | 0xFF;
  auto at = std::ranges::lower_bound(elements, first, {}, &Element::tag);
  // Anonymisers take creators away and leave the elements, mostly of the first block.
  if (at == elements.end() || at->tag > last)
    return find_element(elements, std::uint32_t{group} << 16 | 0x1000 | number);
  for (; at != elements.end() && at->tag <= last; ++at) {
    if (creator_of(source, *at) != creator) continue;
    const auto block = (at->tag & 0xFF) << 8;
    const auto* found = find_element(elements, std::uint32_t{group} << 16 | block | number);
    if (found) return found;
  }
  return nullptr;
}

std::vector<Element> first_item(ByteSource& source, const Element& sequence,
                                DatasetEncoding encoding) {
  // UN holds implicit little endian items (PS3.5 6.2.2 note 2).
  if (sequence.vr == vr('U', 'N')) encoding = {.explicit_vr = false};
  if (!sequence.has_undefined_length() &&
      (sequence.value > source.size() || sequence.length > source.size() - sequence.value))
    return {};
  const auto end =
      sequence.has_undefined_length() ? source.size() : sequence.value + sequence.length;
  ElementReader items(source, encoding, sequence.value, end);
  Element item;
  if (!items.next(item) || item.tag != item_tag) return {};
  if (!item.has_undefined_length() && !items.has_value(item)) return {};
  const auto item_end = item.has_undefined_length() ? end : item.value + item.length;
  ElementReader elements(source, encoding, item.value, item_end);
  auto listed = list_elements(elements, true);
  return listed ? std::move(*listed) : std::vector<Element>();
}

std::span<const std::uint8_t> value_bytes(ByteSource& source, const Element* element) {
  if (!element || element->length == 0 || element->length > longest_value) return {};
  const auto* value = source.at(element->value, element->length);
  if (!value) return {};
  return {value, element->length};
}

}  // namespace dcmflow
