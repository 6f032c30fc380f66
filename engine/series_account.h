#pragma once
// What became of the files of one series.

#include <cstddef>
#include <vector>

#include "engine/run.h"

namespace dcmflow {

// A file of several frames can be in images, and be refused more than once: it is told of once, as
// converted when any of its frames is in an image.
struct SeriesAccount {
  std::size_t converted = 0;           // files that are in images
  std::vector<Problem> not_converted;  // the files that are in none; the subject is the file
  std::vector<Problem> problems;       // of the series, and of images that failed
};

// REQUIRES: every image of the series has a result, and none is being made. Thread-safe for
// distinct series.
SeriesAccount account_for_series(const Run& run, std::size_t i);

}  // namespace dcmflow
