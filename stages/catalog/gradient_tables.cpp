#include "stages/catalog/gradient_tables.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "stages/catalog/image_axes.h"
#include "stages/dicom/value_text.h"
#include "stages/dicom/vendor/vendor_attributes.h"

namespace dcmflow {
namespace {

void append_number(std::string& row, double number) {
  constexpr int digits_of_a_direction = 7;
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number + 0.0,
                                 std::chars_format::general, digits_of_a_direction);
  if (!row.empty()) row += ' ';
  row.append(digits.data(), end.ptr);
}

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

std::string bval_text(const Stack& stack) {
  std::string row;
  for (const VolumeKey& key : stack.volume_keys) append_number(row, key.diffusion->b_value);
  return row + '\n';
}

std::string bvec_text(const Stack& stack) {
  std::array<std::string, 3> rows;
  for (const VolumeKey& key : stack.volume_keys) {
    auto along = in_image_axes(key.diffusion->direction.value_or(Vector3{}), stack.grid);
    along[0] = -along[0];
    for (std::size_t axis = 0; axis < 3; ++axis) append_number(rows[axis], along[axis]);
  }
  return rows[0] + '\n' + rows[1] + '\n' + rows[2] + '\n';
}

}  // namespace dcmflow
