#pragma once
// Under --images selected: what rules choose since images have failed.

#include <string>
#include <vector>

#include "engine/pipeline.h"
#include "engine/run.h"

namespace dcmflow {

// The stems of images that are chosen, by what shards have made of the others, and that no shard
// has tried; sorted. A look that takes nothing: run.untried is told, too, and no output is needed.
// REQUIRES: as look_at_windows(). After a signal some may be missing. For one thread. Problems: of
// `next_window`; internal_error: the windows are not those of the plan.
Result<std::vector<std::string>> find_untried_images(Run& run, const NextWindow& next_window);

}  // namespace dcmflow
