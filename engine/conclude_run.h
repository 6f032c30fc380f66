#pragma once
// The end of a run: the sum of what became of every file, the outcome, and the JSON files. For one
// thread. What goes wrong is in the Outcome: no Problems.

#include <vector>

#include "engine/outcome.h"
#include "engine/run.h"

namespace dcmflow {

// What the selections keep of the images that were made, or would be; tells it. Of a run that was
// stopped nothing can be said.
std::vector<SelectedSeries> find_selected(const Run& run);

// By what run.report knows, and the demands of the selections.
Outcome decide_outcome(const Run& run, const std::vector<SelectedSeries>& selections, int stop);

// Proves that every file that was discovered is accounted for, logs what an operator wants to know,
// decides the outcome and writes the JSON files. Called once, when no step runs any more. REQUIRES:
// account_for_series() of every series. Returns the exit code.
int conclude_run(Run& run);

// Writes the trace, where the settings ask for one. One that cannot be written is a warning: the
// files of the run have told its exit code.
void write_trace(const Run& run);

}  // namespace dcmflow
