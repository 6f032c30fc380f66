#pragma once
// The images of a scanned input, some series at a time: what is decided of a series by itself is
// decided and put away, and for what is decided over all series a little of each is kept.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "engine/run.h"
#include "engine/scanned_parts.h"
#include "stages/base/part_store.h"

namespace dcmflow {

// What is put away, row by row as Run::series. For one thread.
class PlannedSeries {
 public:
  // In a file without a name, of this folder.
  explicit PlannedSeries(const std::string& folder);

  // See series_cost().
  std::uint64_t cost(std::size_t i) const { return rows_[i].cost; }
  SeriesSize size(std::size_t i) const { return rows_[i].size; }
  // See store_headers(). Problem: the disk does not give back what it took.
  Result<std::string> headers(std::size_t i) const;

  // Problem{disk_full}
  Status add(const Series& series, const FrameDigests& digests, bool is_compressed);

 private:
  struct Row {
    StoredText headers;
    std::uint64_t cost = 0;
    SeriesSize size;
  };
  PartStore store_;
  std::vector<Row> rows_;
};

// Sorts the slices of all series and tests the rules on their images. Afterwards run.series have no
// instances; run.sorted have the images as far as names are made of them, and run.candidates, under
// --images selected, what they are chosen by. An early end by a signal is no Problem. Problems: of
// ScannedParts and PlannedSeries.
Status plan_series(Run& run, ScannedParts& parts, PlannedSeries& planned);

}  // namespace dcmflow
