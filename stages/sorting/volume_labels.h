#pragma once
// Which volume each frame of a cluster is of, by what it says of itself; and what volumes must be
// like. By an order of numbers or times: stages/sorting/order_labels.h. No Problems.

#include <optional>
#include <vector>

#include "stages/sorting/dimension_keys.h"
#include "stages/sorting/labels.h"
#include "stages/sorting/positions.h"

namespace dcmflow {

// All here is pure.

// By the value of a key, ascending; diffusion in the order of acquisition, by the lowest Instance
// Number. nullopt when a frame has no value, or all have one.
std::optional<Labels> label_by_key(const Positions& positions, const DimensionKey& key);

// Dimension Index Values (PS3.3 C.7.6.17) without those that say where a frame lies. nullopt when
// none is left, or a frame has other ones.
std::optional<Labels> label_by_dimension_index(const Positions& positions);

// By each of the Dimension Index Values alone, where it is not the same or another one for all
// frames.
std::vector<Labels> label_by_each_index(const Positions& positions);

// By the files, where each has several frames and is no part of another: nullopt for one file, or
// where a single frame is among them.
std::optional<Labels> label_by_multi_frame(const Positions& positions);

// At most one frame of a volume at each position.
bool is_distinct(const Labels& labels, const Positions& positions);
// Frames of each volume.
std::vector<std::uint32_t> frames_of_volumes(const Labels& labels);
// One frame of each volume at each position.
bool is_complete(const Labels& labels, const Positions& positions);
// Both put the same frames together.
bool is_same_partition(const Labels& a, const Labels& b);

}  // namespace dcmflow
