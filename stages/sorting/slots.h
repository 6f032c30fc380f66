#pragma once
// The positions of a cluster along its normal, and the frames at each.

#include <span>
#include <vector>

#include "stages/sorting/split_series.h"

namespace dcmflow {

// Frames by their position along the normal, slot after slot.
struct Slots {
  std::vector<Frame> frames;      // within a slot by Instance Number, SOP Instance UID, file, frame
  std::vector<double> positions;  // of each slot, mm along the normal, ascending
  std::vector<std::uint32_t> ends;  // of each slot: the index behind its last frame

  std::uint32_t size() const { return static_cast<std::uint32_t>(ends.size()); }
  std::uint32_t begin_of(std::uint32_t slot) const { return slot == 0 ? 0 : ends[slot - 1]; }
  std::uint32_t members(std::uint32_t slot) const { return ends[slot] - begin_of(slot); }
  std::span<const Frame> of(std::uint32_t slot) const {
    return std::span(frames).subspan(begin_of(slot), members(slot));
  }
  bool all_single() const { return frames.size() == ends.size(); }
  bool all_equal() const;  // as many frames in each slot
};

// REQUIRES: the frames are placed, and there is one at least. Takes them from the cluster.
// Positions within position_equal_mm, and a tenth of the median gap, are one.
Slots make_slots(Cluster& cluster, const Tolerances& tolerances);

// The slots without the frames that are marked.
Slots without(Slots slots, const std::vector<bool>& dropped);

}  // namespace dcmflow
