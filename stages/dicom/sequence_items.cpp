#include "stages/dicom/sequence_items.h"

#include "stages/dicom/dataset_start.h"
#include "stages/dicom/element_list.h"
#include "stages/dicom/private_element.h"

namespace dcmflow {
namespace {

Problem has_no_end(const Element& element) {
  return {Reason::truncated,
          {},
          tag_text(element.tag) + " of undefined length at byte " + std::to_string(element.value) +
              " has no end"};
}

bool ends_with_delimiter(ByteSource& source, DatasetEncoding encoding, std::uint64_t offset) {
  constexpr std::uint64_t header_bytes = 8;
  Element last;
  return offset >= header_bytes &&
         ElementReader(source, encoding, offset - header_bytes, offset).next(last) &&
         last.tag == item_delimiter_tag;
}

// Leaves `behind` at the first byte that is not the item's.
Result<SequenceItem> list_item(ByteSource& source, const Element& item, DatasetEncoding encoding,
                               std::uint64_t limit, std::uint64_t& behind) {
  if (!item.has_undefined_length() && (item.value > limit || item.length > limit - item.value))
    return Problem{Reason::truncated,
                   {},
                   "an item promises " + std::to_string(item.length) + " bytes at byte " +
                       std::to_string(item.value) + ", the sequence around it ends at byte " +
                       std::to_string(limit)};
  const auto end = item.has_undefined_length() ? limit : item.value + item.length;
  ElementReader reader(source, encoding, item.value, end);
  auto elements = list_elements(reader, true);
  if (!elements) return elements.problem();
  if (item.has_undefined_length() && !ends_with_delimiter(source, encoding, reader.offset()))
    return has_no_end(item);
  behind = item.has_undefined_length() ? reader.offset() : end;
  return SequenceItem{std::move(*elements), encoding};
}

}  // namespace

const Element* SequenceItem::find(std::uint32_t tag) const { return find_element(elements, tag); }

Status for_each_item(ByteSource& source, const Element* sequence, DatasetEncoding encoding,
                     const std::function<Status(const SequenceItem&)>& take) {
  if (!sequence) return Done{};
  // UN holds implicit little endian items (PS3.5 6.2.2 note 2), but some writers leave them
  // explicit.
  const bool is_unknown = sequence->vr == vr('U', 'N');
  if (is_unknown) encoding = {.explicit_vr = false};
  const auto end =
      sequence->has_undefined_length() ? source.size() : sequence->value + sequence->length;
  ElementReader items(source, encoding, sequence->value, end);
  for (Element item; items.next(item);) {
    if (item.tag == sequence_delimiter_tag) return Done{};
    if (item.tag != item_tag)
      return Problem{Reason::malformed,
                     {},
                     "expected an item of " + tag_text(sequence->tag) + " before byte " +
                         std::to_string(item.value) + ", found " + tag_text(item.tag)};
    if (is_unknown)
      encoding.explicit_vr = recognise_encoding(source, item.value, encoding).explicit_vr;
    std::uint64_t behind = 0;
    const auto listed = list_item(source, item, encoding, end, behind);
    if (!listed) return listed.problem();
    if (auto taken = take(*listed); !taken) return taken;
    items.go_to(behind);
  }
  if (!items.error()) return items.error();
  if (sequence->has_undefined_length()) return has_no_end(*sequence);
  return Done{};
}

std::optional<SequenceItem> first_item_of(ByteSource& source, const Element* sequence,
                                          DatasetEncoding encoding) {
  std::optional<SequenceItem> first;
  // A Problem ends the walk: of what is taken here there is no need for more.
  static_cast<void>(for_each_item(source, sequence, encoding, [&](const SequenceItem& item) {
    first = item;
    return Status(Problem{});
  }));
  return first;
}

std::string text_in(TextReader& texts, const SequenceItem& item, std::uint32_t tag, Vr code) {
  const auto* element = item.find(tag);
  if (!element) return {};
  const bool says_vr = element->vr != unknown_vr && element->vr != vr('U', 'N');
  const ElementReader reader(texts.source(), item.encoding, element->value, texts.source().size());
  return texts.text_of(reader, *element, says_vr ? element->vr : code);
}

}  // namespace dcmflow
