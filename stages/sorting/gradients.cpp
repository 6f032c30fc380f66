#include "stages/sorting/gradients.h"

#include <algorithm>
#include <array>

#include "stages/dicom/value_text.h"
#include "stages/dicom/vendor/vendor_attributes.h"

namespace dcmflow {
namespace {

// GE gives gradients along the axes of the scan; where these are not known, zeros would say that
// there was none.
bool has_unturned_gradient(const Stack& stack) {
  constexpr std::array gradient{vendor_index(0x001900BB), vendor_index(0x001900BC),
                                vendor_index(0x001900BD)};
  const auto slices = stack.frames.size() / stack.volumes;
  for (std::size_t volume = 0; volume < stack.volume_keys.size(); ++volume) {
    const auto& diffusion = stack.volume_keys[volume].diffusion;
    if (!diffusion || !(diffusion->b_value > 0) || diffusion->direction) continue;
    const auto& frame = stack.frames[volume * slices];
    for (const auto axis : gradient)
      if (parse_decimal(frame.find(axis).value_or("")).value_or(0) != 0) return true;
  }
  return false;
}

}  // namespace

bool has_gradients(const Stack& stack) {
  const auto is_known = [](const VolumeKey& key) { return key.diffusion.has_value(); };
  const auto is_weighted = [](const VolumeKey& key) { return key.diffusion->b_value > 0; };
  return std::ranges::all_of(stack.volume_keys, is_known) &&
         std::ranges::any_of(stack.volume_keys, is_weighted) && !has_unturned_gradient(stack);
}

}  // namespace dcmflow
