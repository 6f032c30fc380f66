#pragma once
// The end of a run: what became of every file, the JSON files, and the exit code.

#include "engine/run.h"

namespace dcmflow {

// Accounts for every file that was discovered, logs a line a series, writes the JSON files
// (selected-images.json last, and only when the run was neither stopped nor lacks a file) and
// returns the exit code. Called once, when no step runs any more.
int conclude_run(Run& run);

}  // namespace dcmflow
