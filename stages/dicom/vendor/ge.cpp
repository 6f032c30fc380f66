// General Electric: diffusion and image components.

#include <algorithm>
#include <array>
#include <cmath>

#include "stages/base/vector3.h"
#include "stages/dicom/attributes.h"
#include "stages/dicom/value_text.h"
#include "stages/dicom/vendor/vendor_attributes.h"
#include "stages/dicom/vendor/vendors.h"

namespace dcmflow {
namespace {

// Some releases add this to the b-value of a multi-shell protocol.
constexpr double b_value_offset = 1e9;

enum class PhaseEncoding : std::uint8_t { unknown, column, row };

PhaseEncoding phase_encoding(const Frame& frame) {
  const auto said = frame.find(attribute_index(0x00181312)).value_or("");
  if (said.starts_with("COL")) return PhaseEncoding::column;
  if (said.starts_with("ROW")) return PhaseEncoding::row;
  // Acquisition Matrix: frequency rows, frequency columns, phase rows, phase columns; the pair
  // that is not used is 0 (PS3.3 C.8.3.1).
  const auto matrix = parse_decimals<4>(frame.find(attribute_index(0x00181310)).value_or(""));
  if (!matrix || ((*matrix)[0] > 0) == ((*matrix)[1] > 0)) return PhaseEncoding::unknown;
  return (*matrix)[0] > 0 ? PhaseEncoding::column : PhaseEncoding::row;
}

// The gradient is given along the axes of the scan. Patients who do not lie head first and supine
// are turned against these axes in a way that no header tells, so they get no direction.
std::optional<Vector3> direction_of(const Frame& frame) {
  constexpr std::array axes{vendor_index(0x001900BB), vendor_index(0x001900BC),
                            vendor_index(0x001900BD)};
  Vector3 gradient{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const auto number = parse_decimal(frame.find(axes[axis]).value_or(""));
    if (!number) return std::nullopt;
    gradient[axis] = *number;
  }
  const auto orientation = frame.image_orientation_patient();
  const auto phase = phase_encoding(frame);
  if (!orientation || phase == PhaseEncoding::unknown ||
      frame.find(attribute_index(0x00185100)).value_or("HFS") != "HFS")
    return std::nullopt;
  const auto& o = *orientation;
  const Vector3 row{o[0], o[1], o[2]};
  const Vector3 column{o[3], o[4], o[5]};
  const auto normal = cross(row, column);
  // Along the row, down the column, along the normal; a direction and its opposite are the same.
  Vector3 in_image = phase == PhaseEncoding::column
                         ? Vector3{gradient[0], gradient[1], -gradient[2]}
                         : Vector3{gradient[1], -gradient[0], -gradient[2]};
  const bool is_coronal =
      std::abs(normal[1]) > std::abs(normal[0]) && std::abs(normal[1]) > std::abs(normal[2]);
  if (is_coronal) in_image[1] = -in_image[1];
  return row * in_image[0] + column * in_image[1] + normal * in_image[2];
}

}  // namespace

VendorDiffusion ge_diffusion(const Frame& frame) {
  VendorDiffusion found;
  found.b_value = parse_decimal(frame.find(vendor_index(0x00430039)).value_or(""));
  if (found.b_value && *found.b_value >= b_value_offset) *found.b_value -= b_value_offset;
  found.direction = direction_of(frame);
  return found;
}

std::string_view ge_component(const Frame& frame) {
  constexpr std::array<std::string_view, 4> components{"magnitude", "phase", "real", "imaginary"};
  const auto type = parse_integer(frame.find(vendor_index(0x0043002F)).value_or(""));
  if (type && *type > 0 && *type < static_cast<std::int64_t>(components.size()))
    return components[static_cast<std::size_t>(*type)];
  // What was computed of several images, while the first tells the component of one. Those of a
  // diffusion series are no quantity of their own: directions along the axes (3 to 5), b = 0 (14),
  // and one of many directions (16).
  struct Kind {
    std::int64_t value;
    std::string_view component;
  };
  constexpr std::array kinds{Kind{2, "b0"}, Kind{15, "trace"}, Kind{43, "trace"}};
  const auto kind = parse_integer(frame.find(vendor_index(0x00430030)).value_or(""));
  const auto* found = std::ranges::find(kinds, kind, &Kind::value);
  if (found != kinds.end()) return found->component;
  return type == 0 ? components[0] : std::string_view();
}

}  // namespace dcmflow
