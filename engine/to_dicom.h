#pragma once
// dcmflow to-dicom: an image that lies on the grid of an image of a run → DICOM objects of its
// source. Called by one thread.

#include <atomic>

#include "config/to_dicom_call.h"

namespace dcmflow {

// Returns the exit code: 0; 2 for a call, META or image that does not fit; 4 where the run's output
// or the source is not there; 5 where nothing can be written. The answer goes to standard output,
// what goes wrong to standard error. REQUIRES: catch_signals() made `stop`.
int to_dicom(const ToDicomCall& call, const std::atomic<int>& stop);

}  // namespace dcmflow
