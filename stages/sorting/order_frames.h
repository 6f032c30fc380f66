#pragma once
// The third sieve of sort_slices: the frames of a cluster in order along the normal, one at each
// position of each volume. Refuses as mixed_contrasts, duplicate_pixels, ambiguous_positions,
// incomplete_volume and further_volume. As thread-safe as `same_pixels` and `read_elements`.

#include <vector>

#include "stages/base/image_options.h"
#include "stages/sorting/sorted_series.h"
#include "stages/sorting/split_series.h"

namespace dcmflow {

// The frames of one image, in order: volume after volume, each along the normal.
struct OrderedCluster {
  Cluster cluster;
  std::vector<double> positions;  // of a volume's slices, mm along the normal; ascending
  std::uint32_t volumes = 1;
  std::string dimension;               // as in Stack; with one volume, what it was split off
  std::vector<VolumeKey> volume_keys;  // empty for one volume
  std::vector<std::string> missing;    // as in Stack
  std::vector<std::string> flags;
  std::uint32_t volume = 0;  // which one of its series, from 0, when each is an image of its own
};

// Contrasts are taken apart; positions that repeat lose their duplicates, and become volumes: one
// image, one each, or the first alone, as the options say. Frames that lie nowhere go by Instance
// Number. What is part of no image goes to `refused`.
std::vector<OrderedCluster> order_frames(Cluster cluster, const Tolerances& tolerances,
                                         const SamePixels& same_pixels,
                                         const ReadElements& read_elements,
                                         const ImageOptions& options,
                                         std::vector<RefusedInstance>& refused);

}  // namespace dcmflow
