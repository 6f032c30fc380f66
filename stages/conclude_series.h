#pragma once
// What became of each file of a series: in an image, or told of with a reason, once. No Problems of
// its own.

#include <cstddef>
#include <span>
#include <vector>

#include "stages/dicom_types.h"
#include "stages/sorting/sorted_series.h"

namespace dcmflow {

// An image of the series that was to be made, and why it was not; null when it was.
struct ImageEnd {
  const Stack* stack = nullptr;
  const Problem* problem = nullptr;
};

struct SeriesEnd {
  std::size_t converted = 0;           // files that an image holds a frame of
  std::vector<Problem> not_converted;  // of the others, one each; the subject is the file
  // Of the series and its images, repairs included; the subject is theirs.
  std::vector<Problem> problems;
};

// A file of several frames (PS3.3 C.7.6.6) can be in images, and be refused more than once: it is
// told of once, as converted when any of its frames is in an image, and then what was refused of it
// is a problem of the series. `left_out`: images that no selection keeps (not_selected). Of an
// image that failed for one of its files, that file keeps the reason and the others are
// missing_slices. Pure.
SeriesEnd conclude_series(const Series& series, std::span<const RefusedInstance> refused,
                          std::span<const Stack> left_out, std::span<const ImageEnd> images);

}  // namespace dcmflow
