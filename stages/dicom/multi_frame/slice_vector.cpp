// Reconstructed slices of nuclear medicine: frame i is slice Slice Vector[i] of a stack along the
// normal of its detector (PS3.3 C.8.4.8, C.8.4.15). Projections, dynamic and whole body images have
// no Slice Vector: they lie nowhere in the patient.

#include <algorithm>
#include <array>
#include <cmath>

#include "stages/base/vector3.h"
#include "stages/dicom/attributes.h"
#include "stages/dicom/multi_frame/frame_describers.h"
#include "stages/dicom/value_text.h"

namespace dcmflow {
namespace {

// A vector with one number a frame; all 1 when it is absent and may be.
Result<std::vector<double>> find_vector(const HeaderWalk& walk, AttributeIndex attribute,
                                        FrameCount frames, std::string_view name) {
  const auto text = walk.find(attribute);
  if (!text || text->empty()) return std::vector<double>(frames, 1.0);
  auto numbers = parse_numbers(*text);
  if (!numbers || numbers->size() != frames)
    return Problem{Reason::malformed,
                   {},
                   std::string(name) + " has " + std::to_string(numbers ? numbers->size() : 0) +
                       " numbers, Number of Frames is " + std::to_string(frames)};
  const auto [least, most] = std::ranges::minmax(*numbers);
  if (least < 1 || most > 65535)
    return Problem{Reason::malformed,
                   {},
                   std::string(name) + " has numbers from " + std::to_string(least) + " to " +
                       std::to_string(most) + "; expected 1 to 65535"};
  return std::move(*numbers);
}

// Where a frame lies, as its detector says of its first slice.
struct Detector {
  std::string_view orientation;
  Vector3 position;
  Vector3 normal;
};

std::optional<Detector> find_detector(const HeaderWalk& walk, double number) {
  const auto& items = walk.frames->detectors->items;
  if (number > static_cast<double>(items.size())) return std::nullopt;
  const auto& item = items[static_cast<std::size_t>(number) - 1].values;
  const auto text = [&](AttributeIndex attribute) {
    const auto own = item.find(attribute);
    return own ? *own : walk.find(attribute).value_or("");
  };
  const auto orientation = text(attribute_index(0x00200037));
  const auto o = parse_decimals<6>(orientation);
  const auto position = parse_decimals<3>(text(attribute_index(0x00200032)));
  if (!o || !position) return std::nullopt;
  const auto normal = cross(Vector3{(*o)[0], (*o)[1], (*o)[2]}, Vector3{(*o)[3], (*o)[4], (*o)[5]});
  if (norm(normal) < 0.5) return std::nullopt;
  return Detector{orientation, *position, normalised(normal)};
}

// The vectors that tell apart frames of one slice: an energy window or an R-R interval is an image
// of its own, time slots, phases and time slices follow each other.
struct NamedVector {
  AttributeIndex vector;
  std::string_view name;
  AttributeIndex key;
};
constexpr std::array key_vectors{
    NamedVector{attribute_index(0x00540010), "Energy Window Vector", attribute_index(0x00209056)},
    NamedVector{attribute_index(0x00540060), "R-R Interval Vector", attribute_index(0x00209056)},
    NamedVector{attribute_index(0x00540030), "Phase Vector", attribute_index(0x00200100)},
    NamedVector{attribute_index(0x00540070), "Time Slot Vector", attribute_index(0x00200100)},
    NamedVector{attribute_index(0x00540100), "Time Slice Vector", attribute_index(0x00200100)},
};

Status add_keys(const HeaderWalk& walk, FrameCount frames, std::vector<AttributeValues>& values) {
  for (const auto key : {attribute_index(0x00209056), attribute_index(0x00200100)}) {
    std::vector<std::string> texts(frames);
    for (const auto& named : key_vectors) {
      if (named.key != key) continue;
      const auto numbers = find_vector(walk, named.vector, frames, named.name);
      if (!numbers) return numbers.problem();
      const bool varies =
          std::ranges::any_of(*numbers, [&](double n) { return n != numbers->front(); });
      for (std::size_t i = 0; varies && i < frames; ++i) {
        // Two that vary make one number: both are below 65,536.
        const auto before = parse_integer(texts[i]).value_or(0);
        texts[i] = std::to_string(before * 65536 + std::llround((*numbers)[i]));
      }
    }
    for (std::size_t i = 0; i < frames; ++i)
      if (!texts[i].empty()) values[i].add(key, texts[i]);
  }
  return Done{};
}

}  // namespace

Result<FrameValues> describe_by_slice_vector(HeaderWalk& walk, FrameCount frames,
                                             const AttributeTable& /*table*/) {
  const auto slices = find_vector(walk, attribute_index(0x00540080), frames, "Slice Vector");
  if (!slices) return slices.problem();
  const auto detectors = find_vector(walk, attribute_index(0x00540020), frames, "Detector Vector");
  if (!detectors) return detectors.problem();
  // Its sign says whether the stack grows along the normal or against it.
  const auto step = parse_decimal(walk.find(attribute_index(0x00180088)).value_or(""));
  if (!step && frames > 1)
    return Problem{Reason::no_geometry,
                   {},
                   "no Spacing Between Slices for the " + std::to_string(frames) +
                       " frames of a Slice Vector"};
  std::vector<AttributeValues> values(frames);
  for (std::size_t i = 0; i < frames; ++i) {
    const auto detector = find_detector(walk, (*detectors)[i]);
    if (!detector)
      return Problem{Reason::no_geometry,
                     {},
                     "detector " + std::to_string(std::llround((*detectors)[i])) + " of " +
                         std::to_string(walk.frames->detectors->items.size()) +
                         " has no position and orientation"};
    const auto position =
        detector->position + detector->normal * (((*slices)[i] - 1) * step.value_or(0));
    values[i].add(attribute_index(0x00200032), numbers_text(position));
    values[i].add(attribute_index(0x00200037), detector->orientation);
  }
  if (const auto added = add_keys(walk, frames, values); !added) return added.problem();
  return std::make_unique<const std::vector<AttributeValues>>(std::move(values));
}

}  // namespace dcmflow
