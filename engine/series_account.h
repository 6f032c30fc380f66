#pragma once
// What became of the files of one series.

#include "engine/run.h"

namespace dcmflow {

// Tells run.report of every file of series `i` that is in no image, and of every image that failed.
// A file of several frames can be in images, and be refused more than once: it is told of once, as
// converted when any of its frames is in an image. Returns how many files are in images. REQUIRES:
// every image of the series has a result. Thread-safe on distinct series.
std::size_t account_for_series(Run& run, std::size_t i);

}  // namespace dcmflow
