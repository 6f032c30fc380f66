#pragma once
// The positions of a cluster along its normal, and the frames at each. No Problems.

#include <span>
#include <vector>

#include "stages/sorting/split_series.h"

namespace dcmflow {

// Frames by where they lie along the normal of their cluster, position after position.
struct Positions {
  std::vector<Frame> frames;  // at one position by Instance Number, SOP Instance UID, file, frame
  std::vector<double> mm;     // of each position along the normal (LPS), ascending
  std::vector<std::uint32_t> ends;  // of each position: the index behind its last frame

  std::uint32_t size() const { return static_cast<std::uint32_t>(ends.size()); }
  std::uint32_t begin_of(std::uint32_t position) const {
    return position == 0 ? 0 : ends[position - 1];
  }
  std::uint32_t members(std::uint32_t position) const {
    return ends[position] - begin_of(position);
  }
  std::span<const Frame> of(std::uint32_t position) const {
    return std::span(frames).subspan(begin_of(position), members(position));
  }
  bool all_single() const { return frames.size() == ends.size(); }
  bool all_equal() const;  // as many frames at each position
};

// Takes the frames from the cluster. Positions within position_equal_mm, and a tenth of the median
// gap, are one. REQUIRES: the frames are placed, and there is one at least. Pure.
Positions find_positions(Cluster& cluster, const Tolerances& tolerances);

// The positions without the frames that are marked. Pure.
Positions without(Positions positions, const std::vector<bool>& dropped);

}  // namespace dcmflow
