#pragma once
// Which volume each frame of a cluster is of, by its rank among those of its position. Pure; no
// Problems.

#include <optional>

#include "stages/sorting/labels.h"
#include "stages/sorting/positions.h"

namespace dcmflow {

// The k-th Trigger Time of each position, as a part of the R-R interval where that is known.
// nullopt unless every k-th one is before every next one, or those of each position follow each
// other in even steps: then the heart says which phase a frame is of.
std::optional<Labels> label_by_trigger_time(const Positions& positions);

// The k-th frame of each class in each position, by Instance Numbers or times: first by what puts
// volume after volume, then by what puts position after position. nullopt when positions have
// unequal numbers of frames of a class, nothing puts those in order, or numbers and times put them
// in different ones. Of one position and one class the order is as it is. `classes` are those whose
// frames are never of one volume.
std::optional<Labels> label_by_rank(const Positions& positions, const Labels& classes);

}  // namespace dcmflow
