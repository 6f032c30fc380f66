#pragma once
// The work of conclude_series: what became of the files of one series. No Problems of its own.

#include <cstddef>

#include "engine/run.h"
#include "stages/conclude_series.h"

namespace dcmflow {

// What became of its files and images. REQUIRES: every image of the series has a result, and none
// is being made. Pure; thread-safe for distinct series.
SeriesEnd end_of_series(const Run& run, std::size_t i);

// Tells run.report of every file of series `i` that is in no image, and of every image that failed,
// its candidates which of them were made, and run.summaries what became of it. REQUIRES: every
// image of the series has a result. Thread-safe on distinct series.
Status account_for_series(Run& run, std::size_t i);

// Tells the candidates of series `i` which of them were made, and which were left out. The same
// REQUIRES.
void settle_candidates(Run& run, std::size_t i);

}  // namespace dcmflow
