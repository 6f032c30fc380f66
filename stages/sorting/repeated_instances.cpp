#include "stages/sorting/repeated_instances.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <tuple>

#include "stages/base/printable.h"
#include "stages/dicom/attributes.h"
#include "stages/dicom/value_text.h"
#include "stages/sorting/dimension_keys.h"
#include "stages/sorting/frame_properties.h"

namespace dcmflow {
namespace {

// Copies may write one number in two ways.
bool same_value(const Frame& a, const Frame& b, AttributeIndex attribute) {
  const auto x = a.find(attribute);
  const auto y = b.find(attribute);
  if (x == y) return true;
  if (!x || !y) return false;
  const auto first = parse_numbers(*x);
  return first && first == parse_numbers(*y);
}

template <AttributeIndex attribute>
bool same(const Frame& a, const Frame& b) {
  return same_value(a, b, attribute);
}

bool same_orientation(const Frame& a, const Frame& b) {
  return a.image_orientation_patient() == b.image_orientation_patient();
}

bool same_pixel_spacing(const Frame& a, const Frame& b) {
  return a.pixel_spacing() == b.pixel_spacing();
}

bool same_rescale(const Frame& a, const Frame& b) {
  const auto& x = *a.instance->shared;
  const auto& y = *b.instance->shared;
  return a.slope == b.slope && a.intercept == b.intercept &&
         x.has_modality_lut == y.has_modality_lut &&
         x.photometric_interpretation == y.photometric_interpretation;
}

bool same_keys(const Frame& a, const Frame& b) {
  return std::ranges::all_of(dimension_keys(),
                             [&](const DimensionKey& key) { return key.value(a) == key.value(b); });
}

bool same_properties(const Frame& a, const Frame& b) {
  return property_values(a) == property_values(b);
}

// What two frames have to have in common to be one slice, beside their pixels.
struct Trait {
  std::string_view name;
  bool (*same)(const Frame&, const Frame&);
};
constexpr std::array traits{
    Trait{"Image Position (Patient)", same<attribute_index(0x00200032)>},
    Trait{"Image Orientation (Patient)", same_orientation},
    Trait{"Pixel Spacing", same_pixel_spacing},
    Trait{"Slice Thickness", same<attribute_index(0x00180050)>},
    Trait{"Frame of Reference UID", same<attribute_index(0x00200052)>},
    Trait{"rescale", same_rescale},
    Trait{"Instance Number", same<attribute_index(0x00200013)>},
    Trait{"Echo Time", same<attribute_index(0x00180081)>},
    Trait{"time, diffusion or position in a series of volumes", same_keys},
    Trait{"kind of image", same_properties},
};

// What tells the instances apart; nullopt when nothing does.
std::optional<std::string> find_difference(const InstancePtr& kept, const InstancePtr& other,
                                           const SamePixels& same_pixels) {
  const auto frames = kept->pixel_data.number_of_frames;
  if (other->pixel_data.number_of_frames != frames)
    return std::to_string(other->pixel_data.number_of_frames) + " frames instead of " +
           std::to_string(frames);
  for (std::uint32_t number = 0; number < frames; ++number) {
    const auto a = make_frame(kept, number);
    const auto b = make_frame(other, number);
    for (const auto& trait : traits)
      if (!trait.same(a, b)) return "another " + std::string(trait.name);
  }
  // Of one file, then of the other: a stream is read forwards.
  for (std::uint32_t number = 0; number < frames; ++number)
    if (!same_pixels({.instance = kept, .number = number}, {.instance = other, .number = number}))
      return "other pixels";
  return std::nullopt;
}

auto completeness(const InstancePtr& i, const SamePixels& same_pixels) {
  const auto frames = i->pixel_data.number_of_frames;  // usable instances have one at least
  const Frame last{.instance = i, .number = frames - 1};
  return std::tuple(same_pixels(last, last), frames, i->file->size);
}

auto content(const InstancePtr& i) {
  return std::tuple(i->values.packed(), i->shared->values.packed());
}

}  // namespace

std::size_t choose_of_repeats(std::span<const InstancePtr> repeats, const SamePixels& same_pixels,
                              std::vector<RefusedInstance>& refused) {
  std::size_t kept = 0;
  for (std::size_t i = 1; i < repeats.size(); ++i) {
    const auto a = completeness(repeats[kept], same_pixels);
    const auto b = completeness(repeats[i], same_pixels);
    if (b > a || (a == b && content(repeats[i]) < content(repeats[kept]))) kept = i;
  }
  for (std::size_t i = 0; i < repeats.size(); ++i) {
    if (i == kept) continue;
    const auto difference = find_difference(repeats[kept], repeats[i], same_pixels);
    refused.push_back({repeats[i],
                       difference ? Reason::duplicate_conflict : Reason::duplicate_identical,
                       "SOP Instance UID " + std::string(repeats[i]->sop_instance_uid()) +
                           " is already in " + printable(repeats[kept]->file->name) + ", with " +
                           difference.value_or("the same pixels, geometry and rescale")});
  }
  return kept;
}

}  // namespace dcmflow
