#pragma once
// Resampling is ITK's, and ITK is in a program of its own: dcmflow-prepare.

#include <functional>
#include <optional>
#include <string>

#include "stages/base/result.h"
#include "stages/prepare/resample_job.h"

namespace dcmflow {

// dcmflow-prepare in the folder of the running program; nullopt when it is not installed.
std::optional<std::string> preparer_path();

// What is said where it is not.
inline constexpr const char* no_preparer =
    "dcmflow-prepare is not in the folder of dcmflow: install with the component prepare (cmake "
    "--install BUILD --component prepare), or take the image dcmflow:prepare";

// Makes job.to of job.sources; returns when the program has ended. `is_stopped` is asked meanwhile,
// and ends it: Problem{interrupted}. After a Problem there is no file: {output_not_writable} with
// the program's words, or no_preparer; {disk_full} where these say so. What it takes of memory:
// resampling_bytes(). Thread-safe.
Result<Resampled> resample_image(
    const ResampleJob& job, const std::function<bool()>& is_stopped = [] { return false; });

}  // namespace dcmflow
