#include "stages/sorting/drop_duplicates.h"

#include <algorithm>
#include <array>
#include <limits>

#include "stages/base/printable.h"
#include "stages/dicom/attributes.h"

namespace dcmflow {
namespace {

// How many images of one time and number a frame is compared with, in pixels.
constexpr std::size_t most_compared = 8;
constexpr auto no_original = std::numeric_limits<std::uint32_t>::max();

bool same_acquisition(const Frame& a, const Frame& b) {
  constexpr std::array told_apart_by{
      attribute_index(0x00080032), attribute_index(0x00080033), attribute_index(0x0008002A),
      attribute_index(0x00181060), attribute_index(0x00189087), attribute_index(0x00189089),
      attribute_index(0x00200100), attribute_index(0x00209241), attribute_index(0x00541300),
      attribute_index(0x00200012), attribute_index(0x00200013)};
  return std::ranges::all_of(told_apart_by, [&](AttributeIndex attribute) {
    return a.find(attribute) == b.find(attribute);
  });
}

bool same_values(const Frame& a, const Frame& b, const SamePixels& same_pixels) {
  return a.instance != b.instance && a.slope == b.slope && a.intercept == b.intercept &&
         same_pixels(a, b);
}

// For each frame the one that it is a copy of, by index, or no_original.
using Originals = std::vector<std::uint32_t>;

// At a position frames are in the order of Instance Number, so those of one acquisition are near
// each other.
Originals copies_in_all(const Positions& positions, const SamePixels& same_pixels) {
  Originals originals(positions.frames.size(), no_original);
  for (std::uint32_t position = 0; position < positions.size(); ++position) {
    std::vector<std::uint32_t> kept;
    for (auto i = positions.begin_of(position); i < positions.ends[position]; ++i) {
      const auto& frame = positions.frames[i];
      const auto from =
          kept.end() - static_cast<std::ptrdiff_t>(std::min(kept.size(), most_compared));
      const auto original = std::find_if(from, kept.end(), [&](std::uint32_t k) {
        return same_acquisition(positions.frames[k], frame) &&
               same_values(positions.frames[k], frame, same_pixels);
      });
      if (original == kept.end())
        kept.push_back(i);
      else
        originals[i] = *original;
    }
  }
  return originals;
}

// Every frame of a position as a copy of its first; nothing when one is not.
Originals copies_of_first(const Positions& positions, const SamePixels& same_pixels) {
  Originals originals(positions.frames.size(), no_original);
  for (std::uint32_t position = 0; position < positions.size(); ++position) {
    const auto first = positions.begin_of(position);
    for (auto i = first + 1; i < positions.ends[position]; ++i) {
      if (!same_values(positions.frames[first], positions.frames[i], same_pixels)) return {};
      originals[i] = first;
    }
  }
  return originals;
}

Positions drop(Positions positions, const Originals& originals,
               std::vector<RefusedInstance>& refused) {
  std::vector<bool> dropped(positions.frames.size());
  for (std::uint32_t i = 0; i < originals.size(); ++i) {
    if (originals[i] == no_original) continue;
    dropped[i] = true;
    refuse_frames({positions.frames[i]}, Reason::duplicate_pixels,
                  "same position and pixels as " +
                      printable(positions.frames[originals[i]].instance->file->name),
                  refused);
  }
  return without(std::move(positions), dropped);
}

}  // namespace

Positions drop_duplicates(Positions positions, const SamePixels& same_pixels,
                          std::vector<RefusedInstance>& refused) {
  const auto in_all = copies_in_all(positions, same_pixels);
  positions = drop(std::move(positions), in_all, refused);
  if (positions.all_single() || positions.all_equal()) return positions;
  const auto originals = copies_of_first(positions, same_pixels);
  return originals.empty() ? positions : drop(std::move(positions), originals, refused);
}

}  // namespace dcmflow
