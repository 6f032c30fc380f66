#include "stages/dicom/element_list.h"

#include <algorithm>
#include <string>

#include "stages/dicom/pixel_data_element.h"

namespace dcmflow {

Result<std::vector<Element>> list_elements(ElementReader& reader, bool is_item) {
  std::vector<Element> elements;
  Element element;
  bool is_ended = false;
  while (!is_ended && reader.next(element)) {
    is_ended = is_item ? element.tag == item_delimiter_tag
                       : element.tag == 0 || is_pixel_data(element.tag);
    if (is_ended) break;
    if (elements.size() == most_listed_elements)
      return Problem{Reason::malformed,
                     {},
                     "more than " + std::to_string(most_listed_elements) +
                         " elements side by side at byte " + std::to_string(element.value)};
    elements.push_back(element);
    if (!reader.skip(element)) break;
  }
  if (!reader.error()) return reader.error().problem();
  const bool ascending = std::ranges::is_sorted(elements, std::ranges::less_equal{}, &Element::tag);
  if (!ascending) std::ranges::stable_sort(elements, {}, &Element::tag);
  const auto repeats = [](const Element& a, const Element& b) { return a.tag == b.tag; };
  elements.erase(std::unique(elements.begin(), elements.end(), repeats), elements.end());
  return elements;
}

}  // namespace dcmflow
