#pragma once
// Under --prepare and its options: the images of the selections once more, on other grids, in
// prepared/. For one thread; what goes wrong is told to run.report and the log, as an error where
// the run is not complete for it.

#include <cstdint>
#include <map>
#include <string>

#include "engine/run.h"
#include "engine/worker_threads.h"
#include "stages/base/result.h"

namespace dcmflow {

// Plans run.prepared from the images that are there, and has dcmflow-prepare make them, several at
// a time: what one takes of memory is booked before it begins, and one that takes more than the
// budget is refused. A case gets its names when all of its images are whole, and on the disk where
// the settings say so. A run that is stopped makes no more of them. REQUIRES: sync_output of the
// images.
void prepare_images(Run& run, WorkerThreads& threads);

// The files that were made, with their bytes.
std::map<std::string, std::uint64_t> prepared_files(const Run& run);

// Lists what was made, in prepared/: volumes.json, and what the arrangement has. Problems: of the
// writer.
Status write_prepared(const Run& run, const OutputFolder& folder);

}  // namespace dcmflow
