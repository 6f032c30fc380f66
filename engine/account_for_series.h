#pragma once
// The work of conclude_series: what became of the files of one series. No Problems of its own.

#include <cstddef>

#include "engine/run.h"

namespace dcmflow {

// Tells run.report of every file of series `i` that is in no image, and of every image that failed,
// and its candidates which of them were made. REQUIRES: every image of the series has a result.
// Thread-safe on distinct series.
Status account_for_series(Run& run, std::size_t i);

}  // namespace dcmflow
