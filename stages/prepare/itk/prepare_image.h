#pragma once
// A job of dcmflow-prepare, done.

#include "stages/base/result.h"
#include "stages/prepare/resample_job.h"

namespace dcmflow {

// Makes job.to; after a Problem, or an exception of ITK's, files may be there that are not whole.
// Problems: unreadable and malformed (a source that cannot be read, or is no image for this),
// output_not_writable, disk_full, bad_settings. Called once a process: it sets the number of ITK's
// threads.
Result<Resampled> prepare_image(const ResampleJob& job);

}  // namespace dcmflow
