#pragma once
// The end of a run: what became of every file, the outcome, and the JSON files.

#include "engine/outcome.h"
#include "engine/run.h"

namespace dcmflow {

// Accounts for every file that was discovered, logs what an operator wants to know, decides the
// outcome and writes the JSON files. Called once, when no step runs any more.
Outcome conclude_run(Run& run);

}  // namespace dcmflow
