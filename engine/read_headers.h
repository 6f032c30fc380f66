#pragma once
// The part of the graph that reads the input: discover_files → decode_header → group_series.

#include "engine/run.h"
#include "engine/worker_threads.h"

namespace dcmflow {

// Fills run.series, and tells run.report of each file that is in none. A signal ends it early. That
// the input was not read to its end for any other reason is an internal_error.
void read_headers(Run& run, WorkerThreads& workers);

}  // namespace dcmflow
