#pragma once
// Positions that repeat → volumes: which frame of each position goes with which of the others.
// As thread-safe as `read_elements`.

#include <optional>
#include <string>
#include <vector>

#include "stages/sorting/positions.h"
#include "stages/sorting/sorted_series.h"

namespace dcmflow {

// The volumes that are there from end to end.
struct VolumeSet {
  std::vector<Frame> frames;  // volume after volume, each in order along the normal
  std::uint32_t volumes = 0;
  std::string dimension;  // "" for one volume, and then there are no keys
  std::vector<VolumeKey> keys;
  std::vector<std::string> missing;  // of each volume that is not there from end to end, in words
  bool guessed = false;              // nothing but an order of Instance Numbers or times tells them
};

// The first that gives one frame of each volume at each position, and none of two contrasts to one
// volume: Dimension Index Values, a dimension key or a contrast, trigger times in turn, numbers in
// blocks, two keys together; then what gives at most one, of which the complete volumes are taken
// and the others go to `refused` as incomplete_volume; then, for as many frames at each position
// and unless `strict`, the order of those, unless an element contradicts it (contradict_order.h).
// nullopt, with all frames in `refused` as ambiguous_positions, when nothing does: frames of
// different volumes are never mixed.
// REQUIRES: a position has more than one frame.
std::optional<VolumeSet> find_volumes(Positions positions, bool strict,
                                      const ReadElements& read_elements,
                                      std::vector<RefusedInstance>& refused);

}  // namespace dcmflow
