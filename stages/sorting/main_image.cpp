#include "stages/sorting/main_image.h"

#include <algorithm>
#include <limits>

#include "stages/dicom/attributes.h"
#include "stages/dicom/value_text.h"

namespace dcmflow {

MainOrder main_order(const Stack& stack, const OrderedCluster& origin) {
  constexpr auto last = std::numeric_limits<std::int64_t>::max();
  std::int64_t acquisition = last, number = last;
  double echo = std::numeric_limits<double>::infinity();
  std::string_view uid = stack.frames.front().instance->sop_instance_uid();
  for (const auto& frame : stack.frames) {
    const auto text = [&](AttributeIndex attribute) { return frame.find(attribute).value_or(""); };
    acquisition =
        std::min(acquisition, parse_integer(text(attribute_index(0x00200012))).value_or(last));
    echo = std::min(echo, parse_decimal(text(attribute_index(0x00180081))).value_or(echo));
    number = std::min(number, frame.instance->instance_number().value_or(last));
    uid = std::min(uid, frame.instance->sop_instance_uid());
  }
  std::vector<ContrastValue> contrasts;
  for (const auto& contrast : origin.cluster.contrasts) contrasts.push_back(contrast.value);
  // A UID among the properties says nothing of an image.
  auto properties = origin.cluster.properties;
  properties[frame_property].clear();
  return {-static_cast<std::int64_t>(stack.frames.size()),
          properties[localizer_property] == "localizer",
          properties[derivation_property] == "derived",
          properties[component_property] != "magnitude",
          acquisition,
          echo,
          number,
          contrasts,
          properties,
          {stack.grid.origin.begin(), stack.grid.origin.end()},
          origin.volume,
          std::string(uid)};
}

}  // namespace dcmflow
