#pragma once
// Nothing that was read is replaced: where a slice is missing in a stack and a frame of the series
// lies there, it is not filled. In mm, patient coordinates (LPS). Pure; no Problems.

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "stages/sorting/order_frames.h"

namespace dcmflow {

// A frame of a series.
using HeldFrame = std::pair<const Instance*, std::uint32_t>;

// The frames of all clusters of a series, by where they lie.
class HeldPositions {
 public:
  explicit HeldPositions(const std::vector<Cluster>& clusters);

  // Of each image, whether frames lie where its slices leave a gap: whatever they show, and
  // whatever became of them. Labels hold no places of images, nor segments those of others. Such an
  // image and those that hold such frames get the flag position_held_by_another; so does an image
  // whose slices all lie where volumes of another lack some.
  std::vector<bool> tell_of_gaps(std::vector<OrderedCluster>& images,
                                 const Tolerances& tolerances) const;

 private:
  std::set<HeldFrame> in_gaps_of(const OrderedCluster& ordered, const Tolerances& tolerances) const;

  struct Held {
    Vector3 centre;
    HeldFrame frame;
  };
  struct Place {
    Vector3 normal;
    std::string family;
    std::vector<Held> frames;
  };

  std::vector<Place> places_;  // of each cluster
};

}  // namespace dcmflow
