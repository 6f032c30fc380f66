#include "stages/sorting/frame_properties.h"

#include <algorithm>

#include "stages/dicom/attributes.h"
#include "stages/sorting/image_type.h"

namespace dcmflow {
namespace {

// Storage classes whose instances may be slices of one image (PS3.4 B.5). A legacy converted or
// enhanced object beside plain ones is a copy of them or another reconstruction, never their
// missing slices, so those are families of their own. A class that is not here is its own family.
std::string sop_class_family(const Frame& f) {
  struct Member {
    std::string_view uid;
    std::string_view family;
  };
  constexpr std::array members{
      Member{"1.2.840.10008.5.1.4.1.1.4.1", "enhanced"},  // Enhanced MR
      Member{"1.2.840.10008.5.1.4.1.1.4.3", "enhanced"},  // Enhanced MR Color
      Member{"1.2.840.10008.5.1.4.1.1.7", "secondary"},   // Secondary Capture, and its multi-frames
      Member{"1.2.840.10008.5.1.4.1.1.7.1", "secondary"},
      Member{"1.2.840.10008.5.1.4.1.1.7.2", "secondary"},
      Member{"1.2.840.10008.5.1.4.1.1.7.3", "secondary"},
      Member{"1.2.840.10008.5.1.4.1.1.7.4", "secondary"},
      Member{"1.2.840.10008.5.1.4.1.1.6", "ultrasound"},  // retired, current; multi-frame likewise
      Member{"1.2.840.10008.5.1.4.1.1.6.1", "ultrasound"},
      Member{"1.2.840.10008.5.1.4.1.1.3", "ultrasound"},
      Member{"1.2.840.10008.5.1.4.1.1.3.1", "ultrasound"},
      Member{"1.2.840.10008.5.1.4.1.1.5", "nuclear"},  // Nuclear Medicine, retired and current
      Member{"1.2.840.10008.5.1.4.1.1.20", "nuclear"},
      Member{"1.2.840.10008.5.1.4.1.1.12.1", "angiography"},  // X-Ray Angiographic, and biplane
      Member{"1.2.840.10008.5.1.4.1.1.12.3", "angiography"},
      Member{segmentation_storage, "segmentation"},
      Member{"1.2.840.10008.5.1.4.1.1.2.2", "legacy"},  // Legacy Converted Enhanced CT, MR, PET
      Member{"1.2.840.10008.5.1.4.1.1.4.4", "legacy"},
      Member{"1.2.840.10008.5.1.4.1.1.128.1", "legacy"},
      Member{"1.2.840.10008.5.1.4.1.1.2.1", "enhanced"},  // Enhanced CT, PET
      Member{"1.2.840.10008.5.1.4.1.1.130", "enhanced"}};
  const auto& uid = f.instance->shared->sop_class_uid;
  const auto* member = std::ranges::find(members, uid, &Member::uid);
  return member == members.end() ? uid : std::string(member->family);
}

std::string matrix(const Frame& f) {
  const auto& layout = f.instance->shared->layout;
  return std::to_string(layout.columns) + 'x' + std::to_string(layout.rows);
}

// Values of the two monochromes run against each other.
std::string colour(const Frame& f) {
  const auto& shared = *f.instance->shared;
  if (shared.layout.samples_per_pixel > 1) return "colour";
  if (shared.photometric_interpretation.starts_with("PALETTE")) return "palette";
  return shared.photometric_interpretation == "MONOCHROME1" ? "monochrome1" : "monochrome";
}

std::string stored_type(const Frame& f) {
  const auto& layout = f.instance->shared->layout;
  const auto kind = f.instance->pixel_data.kind;
  if (kind == PixelData::Kind::float32 || kind == PixelData::Kind::float64) return "float";
  return (layout.is_signed ? "s" : "u") + std::to_string(layout.bits_allocated);
}

std::string frame_of_reference(const Frame& f) {
  return f.instance->shared->frame_of_reference_uid;
}

std::string localizer(const Frame& f) {
  return std::ranges::count(image_type(f), "LOCALIZER") > 0 ? "localizer" : "";
}

std::string derivation(const Frame& f) {
  return image_type(f).front() == "DERIVED" ? "derived" : "original";
}

std::string segment(const Frame& f) {
  const auto number = f.find(attribute_index(0x0062000B));
  return number ? "segment" + std::string(*number) : "";
}

std::string stack_id(const Frame& f) {
  return std::string(f.find(attribute_index(0x00209056)).value_or(""));
}

bool is_monochrome(std::string_view colour) { return colour.starts_with("monochrome"); }
bool is_integer(std::string_view type) { return type != "float"; }
bool always(std::string_view /*value*/) { return true; }

}  // namespace

const std::array<FrameProperty, frame_property_count>& frame_properties() {
  static constexpr std::array properties{FrameProperty{"class", sop_class_family},
                                         FrameProperty{"matrix", matrix},
                                         FrameProperty{"colour", colour, true, is_monochrome},
                                         FrameProperty{"type", stored_type, false, is_integer},
                                         FrameProperty{"frame", frame_of_reference, false, always},
                                         FrameProperty{"localizer", localizer, true},
                                         FrameProperty{"component", image_component, true},
                                         FrameProperty{"derivation", derivation, true, always},
                                         FrameProperty{"segment", segment, true},
                                         FrameProperty{"stack", stack_id}};
  return properties;
}

PropertyValues without_storage(const PropertyValues& values) {
  auto rest = values;
  for (std::size_t k = 0; k < frame_property_count; ++k) {
    const auto& property = frame_properties()[k];
    if (property.is_storage && property.is_storage(values[k])) rest[k].clear();
  }
  return rest;
}

PropertyValues property_values(const Frame& frame) {
  PropertyValues values;
  for (std::size_t k = 0; k < frame_property_count; ++k)
    values[k] = frame_properties()[k].value(frame);
  return values;
}

}  // namespace dcmflow
