// Canon, formerly Toshiba: diffusion in the comment, "b=1500(0.445,0.000,0.895)". The direction is
// along the row, down the column and along their normal: of oblique series the tensors of
// neighbouring voxels agree so, and not with the patient's axes.

#include <array>

#include "stages/base/vector3.h"
#include "stages/dicom/attributes.h"
#include "stages/dicom/value_text.h"
#include "stages/dicom/vendor/vendors.h"

namespace dcmflow {

VendorDiffusion canon_diffusion(const Frame& frame) {
  VendorDiffusion found;
  auto text = frame.find(attribute_index(0x00204000)).value_or("");
  const auto begin = text.starts_with("b=") ? 0 : text.find(" b=");
  if (begin == std::string_view::npos) return found;
  text.remove_prefix(text.find('=', begin) + 1);
  const auto open = text.find('(');
  found.b_value = parse_decimal(text.substr(0, open));
  if (!found.b_value || open == std::string_view::npos) return found;
  text = text.substr(open + 1, text.find(')', open) - open - 1);
  Vector3 direction{};  // in image axes
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const auto end = text.find(',');
    const auto number = parse_decimal(text.substr(0, end));
    if (!number || (end == std::string_view::npos) != (axis == 2)) return found;
    direction[axis] = *number;
    if (axis < 2) text.remove_prefix(end + 1);
  }
  const auto orientation = frame.image_orientation_patient();
  if (!orientation) return found;
  const auto& o = *orientation;
  const Vector3 row{o[0], o[1], o[2]};
  const Vector3 column{o[3], o[4], o[5]};
  found.direction = row * direction[0] + column * direction[1] + cross(row, column) * direction[2];
  return found;
}

}  // namespace dcmflow
