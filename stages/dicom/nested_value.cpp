#include "stages/dicom/nested_value.h"

#include <algorithm>
#include <utility>

namespace dcmflow {
namespace {

constexpr std::string_view sequence_vr = "SQ";

std::uint64_t end_of(const ByteSource& source, const Element& sequence) {
  return sequence.has_undefined_length()
             ? source.size()
             : std::min(source.size(), sequence.value + sequence.length);
}

class NestedSearch {
 public:
  NestedSearch(TextReader& texts, const AttributeRow& row)
      : texts_(texts), source_(texts.source()), row_(row) {}

  // Goes down to the item of path[depth], or to all of them.
  void look_in(const Element& sequence, DatasetEncoding encoding, std::size_t depth) {
    const auto wanted = row_.path[depth].item;
    if (sequence.vr == vr('U', 'N')) encoding = {.explicit_vr = false};
    const auto end = end_of(source_, sequence);
    ElementReader items(source_, encoding, sequence.value, end);
    Element item;
    for (std::uint32_t number = 0; items.next(item) && item.tag == item_tag; ++number) {
      if (number == wanted || wanted == SequenceStep::any_item)
        look_in_item(item, encoding, end, depth);
      if (number == wanted || !items.skip_item(item)) return;
    }
  }

  std::optional<std::string> found() && { return std::move(found_); }

 private:
  void look_in_item(const Element& item, DatasetEncoding encoding, std::uint64_t end,
                    std::size_t depth) {
    if (!item.has_undefined_length()) end = std::min(end, item.value + item.length);
    const bool last = depth + 1 == row_.path.size();
    const auto tag = last ? row_.tag : row_.path[depth + 1].tag;
    ElementReader elements(source_, encoding, item.value, end);
    ItemCharacterSet character_set(texts_);
    for (Element element; elements.next(element) && element.tag != item_delimiter_tag;) {
      character_set.look_at(elements, element);
      if (element.tag == tag) {
        if (last)
          add(elements, element);
        else
          look_in(element, encoding, depth + 1);
        return;
      }
      if (!elements.skip(element)) return;
    }
  }

  void add(ElementReader& reader, const Element& element) {
    const bool is_existence = row_.vr == sequence_vr;
    if (!is_existence && element.length > longest_kept_value) return;
    const auto text = is_existence ? existence_of(source_, element, reader.encoding())
                                   : texts_.text_of(reader, element, texts_.code_of(element, row_));
    if (found_.value_or("").size() + text.size() >= longest_kept_value) return;
    found_ = found_ ? *found_ + '\\' + text : text;
  }

  TextReader& texts_;
  ByteSource& source_;
  const AttributeRow& row_;
  std::optional<std::string> found_;
};

}  // namespace

std::optional<std::string> nested_value(TextReader& texts, const Element& sequence,
                                        DatasetEncoding encoding, const AttributeRow& row) {
  NestedSearch search(texts, row);
  search.look_in(sequence, encoding, 0);
  return std::move(search).found();
}

std::string existence_of(ByteSource& source, const Element& sequence, DatasetEncoding encoding) {
  if (sequence.vr == vr('U', 'N')) encoding = {.explicit_vr = false};
  ElementReader items(source, encoding, sequence.value, end_of(source, sequence));
  Element item;
  return items.next(item) && item.tag == item_tag ? "1" : "";
}

}  // namespace dcmflow
