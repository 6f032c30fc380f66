#include "stages/dicom/header_plan.h"

#include <algorithm>

#include "stages/dicom/vendor/vendor_attributes.h"

namespace dcmflow {

HeaderPlan::HeaderPlan(const AttributeTable& attributes) : table(attributes) {
  for (std::size_t i = 0; i < attributes.rows().size(); ++i) {
    const auto& row = attributes.rows()[i];
    const auto index = static_cast<AttributeIndex>(i);
    if (is_note(row.tag)) continue;  // no file says it
    if (i >= vendor_attributes_end && row.private_creator.empty())
      in_frames.push_back({row.tag, index});
    if (!row.path.empty())
      in_sequences.push_back({row.path.front().tag, index});
    else if (!row.private_creator.empty())
      in_private_blocks.push_back({row.tag, index, row.private_creator});
    else
      standard.push_back({row.tag, index});
  }
  std::ranges::sort(standard, {}, &Wanted::tag);
  std::ranges::stable_sort(in_frames, {}, &Wanted::tag);
  std::ranges::stable_sort(in_private_blocks, {}, &WantedPrivate::tag);
  std::ranges::stable_sort(in_sequences, {}, &Wanted::tag);
}

}  // namespace dcmflow
