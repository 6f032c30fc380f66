#pragma once
// Which volume each frame of a cluster is of, by an order of numbers or times. No Problems.

#include <optional>

#include "stages/base/attribute_values.h"
#include "stages/sorting/labels.h"
#include "stages/sorting/positions.h"

namespace dcmflow {

// All here is pure.

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

// The k-th Trigger Time of each position, as a part of the R-R interval where that is known.
// nullopt unless every k-th one is before every next one, or those of each position follow each
// other in even steps: then the heart says which phase a frame is of.
std::optional<Labels> label_by_trigger_time(const Positions& positions);

// The k-th frame of each class in each position: by Instance Number, or else by time. nullopt when
// positions have unequal numbers of frames of a class, or nothing puts those in order. Of one
// position and one class the order is as it is. `classes` are those whose frames are never of one
// volume.
std::optional<Labels> label_by_rank(const Positions& positions, const Labels& classes);

}  // namespace dcmflow
