#include "stages/sorting/usable_instances.h"

#include <array>
#include <optional>

#include "config/attributes.h"
#include "stages/codecs/codecs.h"
#include "stages/discover_files.h"
#include "stages/geometry/orientation.h"

namespace dcmflow {
namespace {

using Finding = std::optional<std::string>;  // the detail, when the check refuses the instance

Finding no_pixels_expected(const Instance& i, const Tolerances&) {
  if (i.pixel_data.kind != PixelData::Kind::none || i.shared->layout.rows != 0) return std::nullopt;
  return "SOP Class " + i.shared->sop_class_uid + " has no pixels";
}

Finding pixels_missing(const Instance& i, const Tolerances&) {
  if (i.pixel_data.kind != PixelData::Kind::none) return std::nullopt;
  return "the header promises " + std::to_string(i.shared->layout.columns) + " × " +
         std::to_string(i.shared->layout.rows) + " pixels, the file has none";
}

Finding multi_frame(const Instance& i, const Tolerances&) {
  if (i.pixel_data.number_of_frames == 1 && !i.shared->has_functional_groups) return std::nullopt;
  return std::to_string(i.pixel_data.number_of_frames) + " frames in one instance" +
         (i.shared->has_functional_groups ? ", described by functional groups" : "");
}

bool has_image_type(const Instance& i, std::string_view value) {
  for (std::string_view rest = i.shared->image_type; !rest.empty();) {
    const auto end = std::min(rest.find('\\'), rest.size());
    if (rest.substr(0, end) == value) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

Finding mosaic(const Instance& i, const Tolerances&) {
  // Siemens calls it MOSAIC, United Imaging VFRAME: many slices as tiles of one image.
  for (const auto* type : {"MOSAIC", "VFRAME"})
    if (has_image_type(i, type)) return std::string("Image Type has ") + type;
  return std::nullopt;
}

Finding colour(const Instance& i, const Tolerances&) {
  const auto& photometric = i.shared->photometric_interpretation;
  if (i.shared->layout.samples_per_pixel == 1 && !photometric.starts_with("PALETTE"))
    return std::nullopt;
  return std::to_string(i.shared->layout.samples_per_pixel) + " samples a pixel, " + photometric;
}

Finding modality_lut(const Instance& i, const Tolerances&) {
  if (!i.shared->has_modality_lut) return std::nullopt;
  return "a Modality LUT Sequence";
}

Finding odd_pixel(const Instance& i, const Tolerances&) {
  const auto bits = i.shared->layout.bits_allocated;
  const auto kind = i.pixel_data.kind;
  if (kind != PixelData::Kind::float32 && kind != PixelData::Kind::float64 &&
      (bits == 8 || bits == 16 || bits == 32))
    return std::nullopt;
  return "Bits Allocated " + std::to_string(bits) + "; converted are integers of 8, 16 and 32 bits";
}

Finding unknown_syntax(const Instance& i, const Tolerances&) {
  // Pixels that are not encapsulated are native in every syntax of the table; a private one may
  // store them otherwise.
  const auto* syntax = find_transfer_syntax(i.shared->transfer_syntax_uid);
  if (syntax && (syntax->decode || i.pixel_data.kind != PixelData::Kind::encapsulated))
    return std::nullopt;
  return i.shared->transfer_syntax_uid +
         (syntax ? " (" + std::string(syntax->name) + ")" : std::string(" (unknown)"));
}

Finding no_geometry(const Frame& f, const Tolerances& tolerances) {
  if (!f.image_position_patient()) return "no Image Position (Patient)";
  const auto orientation = f.image_orientation_patient();
  if (!orientation) return "no Image Orientation (Patient)";
  if (!make_orientation(*orientation, tolerances.iop_orthonormal))
    return "Image Orientation (Patient) is no pair of orthogonal unit vectors";
  return std::nullopt;
}

Finding no_pixel_spacing(const Frame& f, const Tolerances&) {
  if (f.pixel_spacing()) return std::nullopt;
  return "no Pixel Spacing, Imager Pixel Spacing or Nominal Scanned Pixel Spacing above 0";
}

// In this order: the first that refuses gives the reason.
struct Check {
  Reason reason;
  Finding (*find)(const Instance&, const Tolerances&);
};
constexpr std::array checks{
    Check{Reason::not_an_image, no_pixels_expected},
    Check{Reason::pixel_data_missing, pixels_missing},
    Check{Reason::mosaic_unsupported, mosaic},
    Check{Reason::multi_frame_unsupported, multi_frame},
    Check{Reason::colour_unsupported, colour},
    Check{Reason::pixel_layout_unsupported, odd_pixel},
    Check{Reason::modality_lut_unsupported, modality_lut},
    Check{Reason::transfer_syntax_unsupported, unknown_syntax},
};
struct FrameCheck {
  Reason reason;
  Finding (*find)(const Frame&, const Tolerances&);
};
constexpr std::array frame_checks{
    FrameCheck{Reason::no_geometry, no_geometry},
    FrameCheck{Reason::no_pixel_spacing, no_pixel_spacing},
};

std::optional<RefusedInstance> refuse(const InstancePtr& instance, const Tolerances& tolerances) {
  if (instance->defect)
    return RefusedInstance{instance, instance->defect->reason, instance->defect->detail};
  for (const auto& check : checks)
    if (auto detail = check.find(*instance, tolerances))
      return RefusedInstance{instance, check.reason, std::move(*detail)};
  return std::nullopt;
}

// Appends the frames of an instance, or refuses it for the first frame that lies nowhere.
void add_frames(const InstancePtr& instance, const Tolerances& tolerances,
                std::vector<Frame>& frames, std::vector<RefusedInstance>& refused) {
  const auto before = frames.size();
  for (std::uint32_t number = 0; number < instance->pixel_data.number_of_frames; ++number) {
    frames.push_back(make_frame(instance, number));
    for (const auto& check : frame_checks) {
      auto detail = check.find(frames.back(), tolerances);
      if (!detail) continue;
      if (number > 0) *detail = "frame " + std::to_string(number + 1) + ": " + *detail;
      refused.push_back({instance, check.reason, std::move(*detail)});
      frames.resize(before);
      return;
    }
  }
}

std::vector<InstancePtr> usable_instances(const Series& series, const Tolerances& tolerances,
                                          const SamePixels& same_pixels,
                                          std::vector<RefusedInstance>& refused) {
  std::vector<InstancePtr> usable;
  for (const auto& instance :
       series.instances) {  // ordered by SOP Instance UID, then name: repeats are neighbours
    if (auto refusal = refuse(instance, tolerances)) {
      refused.push_back(std::move(*refusal));
      continue;
    }
    const auto uid = instance->sop_instance_uid();
    if (usable.empty() || uid.empty() || usable.back()->sop_instance_uid() != uid) {
      usable.push_back(instance);
      continue;
    }
    const bool same = same_pixels({.instance = usable.back()}, {.instance = instance});
    refused.push_back({instance, same ? Reason::duplicate_identical : Reason::duplicate_conflict,
                       "SOP Instance UID " + std::string(uid) + " is already in " +
                           printable(usable.back()->file->name) +
                           (same ? ", with the same pixels" : ", with other pixels")});
  }
  return usable;
}

}  // namespace

std::vector<Frame> usable_frames(const Series& series, const Tolerances& tolerances,
                                 const SamePixels& same_pixels, const ImageOptions& /*options*/,
                                 std::vector<RefusedInstance>& refused) {
  std::vector<Frame> frames;
  const auto usable = usable_instances(series, tolerances, same_pixels, refused);
  frames.reserve(usable.size());
  for (const auto& instance : usable) add_frames(instance, tolerances, frames, refused);
  return frames;
}

}  // namespace dcmflow
