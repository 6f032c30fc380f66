#include "stages/dicom/attributes.h"
#include "stages/dicom/value_text.h"
#include "stages/dicom_types.h"

namespace dcmflow {

std::string_view Instance::sop_instance_uid() const {
  return values.find(attribute_index(0x00080018)).value_or("");
}

std::optional<Vector3> Instance::image_position_patient() const {
  return parse_decimals<3>(find(attribute_index(0x00200032)).value_or(""));
}

std::optional<std::int64_t> Instance::instance_number() const {
  return parse_integer(find(attribute_index(0x00200013)).value_or(""));
}

double Instance::rescale_slope() const {
  return parse_decimal(find(attribute_index(0x00281053)).value_or("")).value_or(1);
}

double Instance::rescale_intercept() const {
  return parse_decimal(find(attribute_index(0x00281052)).value_or("")).value_or(0);
}

std::optional<std::string_view> Instance::find(AttributeIndex attribute) const {
  auto text = values.find(attribute);
  if (!text && shared) text = shared->values.find(attribute);
  return text && !text->empty() ? text : std::nullopt;
}

std::optional<std::string_view> Frame::find(AttributeIndex attribute) const {
  if (instance->frames() && number < instance->frames()->size())
    if (const auto own = (*instance->frames())[number].find(attribute); own && !own->empty())
      return own;
  return instance->find(attribute);
}

std::optional<Vector3> Frame::image_position_patient() const {
  return parse_decimals<3>(find(attribute_index(0x00200032)).value_or(""));
}

std::optional<std::array<double, 6>> Frame::image_orientation_patient() const {
  auto orientation = instance->frames()
                         ? parse_decimals<6>(find(attribute_index(0x00200037)).value_or(""))
                         : instance->shared->image_orientation_patient;
  if (orientation && is_turned)
    for (auto& cosine : *orientation) cosine = -cosine;
  return orientation;
}

std::optional<std::array<double, 2>> Frame::pixel_spacing() const {
  if (instance->frames())
    if (const auto own = (*instance->frames())[number].find(attribute_index(0x00280030)))
      if (const auto spacing = parse_decimals<2>(*own);
          spacing && (*spacing)[0] > 0 && (*spacing)[1] > 0)
        return spacing;
  return instance->shared->pixel_spacing;
}

std::optional<double> Frame::slice_thickness() const {
  if (!instance->frames()) return instance->shared->slice_thickness;
  return parse_decimal(find(attribute_index(0x00180050)).value_or(""));
}

Frame make_frame(const InstancePtr& instance, std::uint32_t number) {
  Frame frame{.instance = instance, .number = number};
  frame.position = frame.image_position_patient().value_or(Vector3{});
  frame.slope = parse_decimal(frame.find(attribute_index(0x00281053)).value_or("")).value_or(1);
  frame.intercept = parse_decimal(frame.find(attribute_index(0x00281052)).value_or("")).value_or(0);
  return frame;
}

}  // namespace dcmflow
