#pragma once
// Nothing that was read is replaced: where a slice is missing in a stack and another stack of the
// series holds it, it is not filled. In mm, patient coordinates (LPS). Pure; no Problems.

#include <cstddef>
#include <set>
#include <vector>

#include "stages/sorting/order_frames.h"

namespace dcmflow {

// The frames of all clusters of a series, by where they lie.
class HeldPositions {
 public:
  explicit HeldPositions(const std::vector<Cluster>& clusters);

  // The clusters, by their places in the list, of which a frame lies where the slices leave a gap:
  // whatever they show. Objects of another class (a converted copy) and other segments hold none.
  std::set<std::size_t> in_gaps_of(const OrderedCluster& ordered,
                                   const Tolerances& tolerances) const;

 private:
  struct Held {
    Vector3 centre, normal;
    PropertyValues family;
    std::size_t cluster = 0;
  };
  static PropertyValues family_of(const PropertyValues& properties);
  static Vector3 centre_of(const Frame& frame, const Cluster& cluster);

  std::vector<Held> frames_;
};

}  // namespace dcmflow
