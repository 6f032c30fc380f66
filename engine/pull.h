#pragma once
// `dcmflow pull`: the studies of a DICOMweb server, into a folder. docs/pull.md.

#include <atomic>

#include "config/pull_call.h"

namespace dcmflow {

// Tells of each study on standard error and of all of them on standard output: UIDs, counts and
// reason codes. Returns the exit code: 0, all is whole in the folder; 75, something is not, and may
// be after the same call; 2, 4, 5, 70 and those of signals as of a run. `stop`: the signal that
// ends it, within a second or two. Called by the main thread, before others run.
int pull(const PullCall& call, const std::atomic<int>& stop);

}  // namespace dcmflow
