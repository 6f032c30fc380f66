#include "stages/geometry/unplaced_frame.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "stages/base/printable.h"
#include "stages/dicom/attributes.h"
#include "stages/dicom/value_text.h"
#include "stages/geometry/orientation.h"

namespace dcmflow {
namespace {

struct Named {
  AttributeIndex attribute;
  std::string_view name;
};
constexpr Named position{attribute_index(0x00200032), "Image Position (Patient)"};
constexpr Named orientation{attribute_index(0x00200037), "Image Orientation (Patient)"};
constexpr std::array spacings{
    Named{attribute_index(0x00280030), "Pixel Spacing"},
    Named{attribute_index(0x00181164), "Imager Pixel Spacing"},
    Named{attribute_index(0x00182010), "Nominal Scanned Pixel Spacing"},
};

// What keeps a text from being `count` numbers.
std::string fault_of(std::string_view text, std::ptrdiff_t count) {
  text = without_trailing_empty(text);
  const auto values = std::ranges::count(text, '\\') + 1;
  if (values != count)
    return std::to_string(values) + (values == 1 ? " value" : " values") + "; expected " +
           std::to_string(count);
  if (text.find(',') != std::string_view::npos) return "a decimal comma; numbers have a point";
  return "no " + std::to_string(count) + " numbers";
}

// Values as they stand, with the '\\' between them.
std::string quoted(const Named& attribute, std::string_view text) {
  constexpr std::size_t longest = 160;
  text = text.substr(0, longest);
  std::string values;
  for (;;) {
    const auto end = text.find('\\');
    values += printable(text.substr(0, end));
    if (end == std::string_view::npos) break;
    values += '\\';
    text.remove_prefix(end + 1);
  }
  return std::string(attribute.name) + " is '" + values + "'";
}

std::string fault_of(const Frame& frame, const Named& attribute, std::ptrdiff_t count) {
  const auto text = frame.find(attribute.attribute);
  if (!text) return "no " + std::string(attribute.name);
  return quoted(attribute, *text) + ", " + fault_of(*text, count);
}

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

}  // namespace

bool has_position(const Frame& frame) {
  return frame.position != Vector3{} || frame.image_position_patient().has_value();
}

bool frames_lie_anywhere(const Instance& instance) {
  return instance.pixel_data.number_of_frames > 1 && !instance.frames();
}

std::optional<std::string> why_unplaced(const Frame& frame, const Tolerances& tolerances) {
  constexpr std::string_view way_out = " (--allow-no-geometry writes it without a place)";
  if (frames_lie_anywhere(*frame.instance))
    return (std::to_string(frame.instance->pixel_data.number_of_frames) +
            " frames, and nothing says where each of them lies")
        .append(way_out);
  if (!has_position(frame)) return fault_of(frame, position, 3).append(way_out);
  const auto cosines = frame.image_orientation_patient();
  if (!cosines) return fault_of(frame, orientation, 6).append(way_out);
  if (make_orientation(*cosines, tolerances.iop_orthonormal)) return std::nullopt;
  return quoted(orientation, frame.find(orientation.attribute).value_or("")) +
         ", no pair of orthogonal unit vectors: off by " + number(orthonormal_error(*cosines)) +
         ", at most " + number(tolerances.iop_orthonormal) +
         " is accepted (--tolerances iop_orthonormal)";
}

std::optional<std::string> why_without_spacing(const Frame& frame) {
  if (frame.pixel_spacing()) return std::nullopt;
  std::string found;
  for (const auto& spacing : spacings)
    if (const auto text = frame.find(spacing.attribute))
      found += (found.empty() ? "" : ", ") + quoted(spacing, *text);
  if (!found.empty()) return found + "; expected two numbers above 0";
  return "no Pixel Spacing, Imager Pixel Spacing or Nominal Scanned Pixel Spacing";
}

}  // namespace dcmflow
