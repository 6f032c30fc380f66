#include "stages/dicom/suv_attributes.h"

#include <string>
#include <utility>

namespace dcmflow {

void add_suv_attributes(AttributeTable& table) {
  for (const auto& attribute : suv_attributes) {
    AttributeRow row{.tag = attribute.tag,
                     .vr = std::string(attribute.vr),
                     .repeats = attribute.repeats,
                     .keyword = {},
                     .private_creator = std::string(attribute.creator),
                     .path = {},
                     .in_metadata = false};
    // Two drugs say two doses, which is told from one. Of real world values the first mapping
    // counts.
    if (attribute.inner_sequence != 0)
      row.path = {{attribute.sequence, 0}, {attribute.inner_sequence, 0}};
    else if (attribute.sequence != 0)
      row.path = {{attribute.sequence, SequenceStep::any_item}};
    table.add(std::move(row));
  }
}

}  // namespace dcmflow
