#include "stages/dicom_types.h"

#include "config/attributes.h"
#include "stages/dicom/value_text.h"

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

}  // namespace dcmflow
