#include "stages/dicom/multi_frame/referenced_instances.h"

#include <algorithm>

namespace dcmflow {
namespace {

constexpr std::uint32_t referenced_instances_tag = 0x0008114A;

std::uint64_t end_of(const Element& element, std::uint64_t outer_end) {
  return element.has_undefined_length() ? outer_end
                                        : std::min(outer_end, element.value + element.length);
}

std::uint32_t count_items(ElementReader items) {
  std::uint32_t count = 0;
  for (Element item; items.next(item) && item.tag == item_tag && items.skip_item(item);) ++count;
  return count;
}

// Of one item of the Referenced Series Sequence.
std::uint32_t count_instances(ElementReader elements) {
  for (Element element; elements.next(element) && element.tag != item_delimiter_tag;) {
    if (element.tag == referenced_instances_tag)
      return count_items(
          {elements.source(), elements.encoding(), element.value, end_of(element, elements.end())});
    if (!elements.skip(element)) break;
  }
  return 0;
}

}  // namespace

std::uint32_t count_referenced_instances(ByteSource& source, const Element& sequence,
                                         DatasetEncoding encoding) {
  if (sequence.has_undefined_length() && source.size() == ByteSource::unknown_size) return 0;
  if (sequence.vr == vr('U', 'N')) encoding = {.explicit_vr = false};
  const auto end = end_of(sequence, source.size());
  std::uint32_t most = 0;
  ElementReader series(source, encoding, sequence.value, end);
  for (Element item; series.next(item) && item.tag == item_tag;) {
    most = std::max(most, count_instances({source, encoding, item.value, end_of(item, end)}));
    if (!series.skip_item(item)) break;
  }
  return most;
}

}  // namespace dcmflow
