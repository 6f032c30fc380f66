#pragma once
// Which images of a run are prepared, and how. No Problems but those of the plan.

#include "engine/run.h"

namespace dcmflow {

// Those that selections keep of the images that are there; without rules all of them. REQUIRES:
// settings.prepare, and that no image is made any more. For one thread.
PreparedPlan choose_prepared(const Run& run);

}  // namespace dcmflow
