#pragma once
// The end of a run: what became of every file, the outcome, and the JSON files.

#include <vector>

#include "engine/outcome.h"
#include "engine/run.h"

namespace dcmflow {

// What the selections keep of the images that were made, or would be; tells it. Of a run that was
// stopped nothing can be said.
std::vector<SelectedSeries> find_selected(const Run& run);

// By what run.report knows, and the demands of the selections.
Outcome decide_outcome(const Run& run, const std::vector<SelectedSeries>& selections, int stop);

// Accounts for every file that was discovered, logs what an operator wants to know, decides the
// outcome and writes the JSON files. Called once, when no step runs any more.
Outcome conclude_run(Run& run);

}  // namespace dcmflow
