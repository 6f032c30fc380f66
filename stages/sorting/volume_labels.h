#pragma once
// Which volume each frame of a cluster is of, by one thing that frames say or another.

#include <optional>
#include <vector>

#include "stages/sorting/dimension_keys.h"
#include "stages/sorting/slots.h"

namespace dcmflow {

// Volumes count from 0 in their order.
struct Labels {
  std::vector<std::uint32_t> of;  // of each frame of the slots
  std::uint32_t count = 0;
};

// By the value of a key, ascending; diffusion in the order of acquisition, by the lowest Instance
// Number. nullopt when a frame has no value, or all have one.
std::optional<Labels> label_by_key(const Slots& slots, const DimensionKey& key);

// By two labels at once, the first one outside.
Labels label_by_both(const Labels& outer, const Labels& inner);

// Instance Numbers in blocks: sorted, each `slots.size()` of them are a volume. nullopt when there
// are none, or two are equal, or the blocks do not all run through the positions in one order: then
// a file may be missing, and the blocks behind it hold frames of two volumes.
std::optional<Labels> label_by_blocks(const Slots& slots);

// Instance Numbers that count from 1, volume after volume, or at each position its volumes, some of
// them missing: the number gives both the volume and the position. nullopt when they do not fit.
std::optional<Labels> label_by_numbering(const Slots& slots);

// The k-th frame of each slot: by Instance Number, or else by time. nullopt when slots have unequal
// numbers of frames, or nothing puts the frames of a slot in order. One slot needs no order.
std::optional<Labels> label_by_rank(const Slots& slots);

// At most one frame of a volume at each position.
bool is_distinct(const Labels& labels, const Slots& slots);
// Frames of each volume.
std::vector<std::uint32_t> frames_of_volumes(const Labels& labels);
// One frame of each volume at each position.
bool is_complete(const Labels& labels, const Slots& slots);
// Both put the same frames together.
bool is_same_partition(const Labels& a, const Labels& b);

}  // namespace dcmflow
