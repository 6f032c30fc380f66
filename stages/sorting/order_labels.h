#pragma once
// Which volume each frame of a cluster is of, by an order of Instance Numbers. No Problems.

#include <cstdint>
#include <optional>
#include <vector>

#include "stages/base/attribute_values.h"
#include "stages/sorting/labels.h"
#include "stages/sorting/positions.h"

namespace dcmflow {

// All here is pure.

// Instance Number (0020,0013) of every frame; empty when one has none.
std::vector<std::int64_t> instance_numbers(const Positions& positions);

// Which position each frame is at.
std::vector<std::uint32_t> position_of_frames(const Positions& positions);

// The same volumes, in the order of their lowest Instance Number; as they are without numbers.
Labels by_acquisition(Labels labels, const Positions& positions);

// Instance Numbers that run through the positions more than once, each time in one direction.
// nullopt when a frame has none, two are equal, or they run through them once.
std::optional<Labels> label_by_runs(const Positions& positions);

// Numbers in blocks: sorted, each `positions.size()` of them are a volume. nullopt when a frame has
// none, or two are equal, or the blocks do not all run through the positions in one order: then a
// file may be missing, and the blocks behind it hold frames of two volumes.
std::optional<Labels> label_by_blocks(const Positions& positions, AttributeIndex number);

// Instance Numbers that count from 1, volume after volume, or at each position its volumes, some of
// them missing: the number gives both the volume and the position. nullopt when they do not fit.
std::optional<Labels> label_by_numbering(const Positions& positions);

}  // namespace dcmflow
