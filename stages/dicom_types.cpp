#include "stages/dicom_types.h"

#include "config/attributes.h"

namespace dcmflow {

std::string_view Instance::sop_instance_uid() const {
  return values.find(attribute_index(0x00080018)).value_or("");
}

std::optional<std::string_view> Instance::find(AttributeIndex attribute) const {
  auto text = values.find(attribute);
  if (!text && shared) text = shared->values.find(attribute);
  return text && !text->empty() ? text : std::nullopt;
}

}  // namespace dcmflow
