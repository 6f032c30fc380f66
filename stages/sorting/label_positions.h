#pragma once
// Where the frames of each label lie, and whether these make stacks. In mm along the normal (LPS).
// Pure; no Problems.

#include <vector>

#include "stages/geometry/tolerances.h"
#include "stages/sorting/labels.h"
#include "stages/sorting/positions.h"

namespace dcmflow {

using PositionsMm = std::vector<double>;

bool is_even(const PositionsMm& positions, const Tolerances& tolerances);

// Whether the positions of a part make a stack by themselves: evenly, or with gaps in which no
// other frame of the series lies. REQUIRES: a position.
bool is_stack(const PositionsMm& part, const PositionsMm& all, const Tolerances& tolerances);

// The positions of each label, ascending; one at least, since every label is of a frame.
std::vector<PositionsMm> positions_of(const Labels& labels, const Positions& positions);

// Whether one of them begins before another ends that begins before it ends. REQUIRES: each has a
// position.
bool any_interleave(const std::vector<PositionsMm>& parts);

}  // namespace dcmflow
