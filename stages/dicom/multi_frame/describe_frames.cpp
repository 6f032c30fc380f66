#include "stages/dicom/multi_frame/describe_frames.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "stages/dicom/attributes.h"
#include "stages/dicom/multi_frame/frame_describers.h"
#include "stages/dicom/value_text.h"

namespace dcmflow {
namespace {

constexpr std::string_view rt_dose_class = "1.2.840.10008.5.1.4.1.1.481.2";

bool has_groups(const HeaderWalk& walk) {
  return walk.frames && (walk.frames->per_frame || walk.frames->shared);
}

bool is_dose(const HeaderWalk& walk) {
  return walk.find(attribute_index(0x00080016)) == rt_dose_class;
}

bool has_slice_vector(const HeaderWalk& walk) {
  return walk.frames && walk.frames->detectors &&
         !walk.find(attribute_index(0x00540080)).value_or("").empty();
}

struct Describer {
  bool (*applies)(const HeaderWalk& walk);
  Result<FrameValues> (*describe)(HeaderWalk& walk, FrameCount frames, const AttributeTable& table);
};
constexpr std::array describers{
    Describer{has_groups, describe_by_groups},
    Describer{is_dose, describe_by_grid},
    Describer{has_slice_vector, describe_by_slice_vector},
};

}  // namespace

Result<FrameValues> describe_frames(HeaderWalk& walk, const AttributeTable& table) {
  if (walk.frames && walk.frames->damage) return *walk.frames->damage;
  const auto frames = FrameCount::of(number_of_frames(walk.varying));
  if (!frames) return FrameValues();  // decode_header refuses the object: image_size_invalid
  const auto fit =
      std::ranges::find_if(describers, [&](const Describer& d) { return d.applies(walk); });
  return fit == describers.end() ? FrameValues() : fit->describe(walk, *frames, table);
}

}  // namespace dcmflow
