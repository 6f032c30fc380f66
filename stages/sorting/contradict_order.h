#pragma once
// Where nothing but an order tells volumes apart: whether anything in the headers says otherwise.
// As thread-safe as `read_elements`.

#include <optional>
#include <string>

#include "stages/sorting/labels.h"
#include "stages/sorting/positions.h"
#include "stages/sorting/sorted_series.h"

namespace dcmflow {

// An element tells volumes apart when it has the same several values at most of the positions. It
// contradicts when those of one volume differ: then in words that follow a refusal, which name it.
// So does a file that cannot be read again. nullopt: nothing contradicts, or `read_elements` is
// empty. Of thousands of frames some positions are looked at.
std::optional<std::string> contradict_order(const Positions& positions, const Labels& labels,
                                            const ReadElements& read_elements);

}  // namespace dcmflow
