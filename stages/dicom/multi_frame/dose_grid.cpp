// Where the planes of a dose lie (PS3.3 C.8.8.3.2).

#include "stages/base/vector3.h"
#include "stages/dicom/attributes.h"
#include "stages/dicom/multi_frame/frame_describers.h"
#include "stages/dicom/value_text.h"

namespace dcmflow {
namespace {

constexpr double same_mm = 0.01;  // DS text is rounded

struct FirstPlane {
  Vector3 position;
  Vector3 normal;
};

std::optional<FirstPlane> find_first_plane(const HeaderWalk& walk) {
  const auto position = parse_decimals<3>(walk.find(attribute_index(0x00200032)).value_or(""));
  const auto o = parse_decimals<6>(walk.find(attribute_index(0x00200037)).value_or(""));
  if (!position || !o) return std::nullopt;
  const auto normal = cross(Vector3{(*o)[0], (*o)[1], (*o)[2]}, Vector3{(*o)[3], (*o)[4], (*o)[5]});
  if (norm(normal) < 0.5) return std::nullopt;
  return FirstPlane{*position, normalised(normal)};
}

// The offset vector either counts from the first plane along the normal and begins with 0, or holds
// the z coordinates of axial planes and begins with that of the first.
Result<std::vector<Vector3>> find_positions(const FirstPlane& first,
                                            const std::vector<double>& offsets) {
  const bool is_axial = std::abs(first.normal[2]) > 1 - 1e-6;
  const bool is_relative = offsets.front() == 0;
  if (!is_relative && !(is_axial && std::abs(offsets.front() - first.position[2]) <= same_mm))
    return Problem{Reason::no_geometry,
                   {},
                   "Grid Frame Offset Vector begins with " + std::to_string(offsets.front()) +
                       "; expected 0, or for axial planes the z coordinate of the first, " +
                       std::to_string(first.position[2])};
  std::vector<Vector3> positions;
  positions.reserve(offsets.size());
  for (const double offset : offsets) {
    if (is_relative)
      positions.push_back(first.position + first.normal * offset);
    else
      positions.push_back({first.position[0], first.position[1], offset});
  }
  return positions;
}

}  // namespace

Result<FrameValues> describe_by_grid(HeaderWalk& walk, FrameCount frames,
                                     const AttributeTable& /*table*/) {
  // Objects with dose points or histograms alone have no pixels.
  if (walk.pixel_data.kind == PixelData::Kind::none) return FrameValues();
  const auto scaling = walk.find(attribute_index(0x3004000E));
  if (parse_decimal(scaling.value_or("")).value_or(0) <= 0)
    return Problem{Reason::malformed, {}, "Dose Grid Scaling is no number above 0"};
  // One plane is where its position says.
  const auto offsets = frames == 1
                           ? std::optional(std::vector<double>{0})
                           : parse_numbers(walk.find(attribute_index(0x3004000C)).value_or(""));
  if (!offsets || offsets->size() != frames)
    return Problem{offsets ? Reason::malformed : Reason::no_geometry,
                   {},
                   "Grid Frame Offset Vector has " + std::to_string(offsets ? offsets->size() : 0) +
                       " numbers, Number of Frames is " + std::to_string(frames)};
  std::vector<AttributeValues> values(frames);
  for (auto& value : values) value.add(attribute_index(0x00281053), *scaling);
  if (const auto first = find_first_plane(walk)) {
    const auto positions = find_positions(*first, *offsets);
    if (!positions) return positions.problem();
    for (std::size_t i = 0; i < frames; ++i)
      values[i].add(attribute_index(0x00200032), numbers_text((*positions)[i]));
  }
  return std::make_unique<const std::vector<AttributeValues>>(std::move(values));
}

}  // namespace dcmflow
