#include "stages/dicom/vendor/diffusion.h"

#include "config/attributes.h"
#include "stages/dicom/value_text.h"
#include "stages/geometry/vector3.h"

namespace dcmflow {

// Diffusion b-value and Diffusion Gradient Orientation (PS3.3 C.8.13.5.9).
std::optional<Diffusion> find_diffusion(const Frame& frame) {
  const auto b_value = parse_decimal(frame.find(attribute_index(0x00189087)).value_or(""));
  if (!b_value) return std::nullopt;
  Diffusion diffusion{.b_value = *b_value, .direction = {}};
  const auto direction = parse_decimals<3>(frame.find(attribute_index(0x00189089)).value_or(""));
  if (direction && norm(*direction) > 0 && *b_value > 0)
    diffusion.direction = normalised(*direction);
  return diffusion;
}

}  // namespace dcmflow
