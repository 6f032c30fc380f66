#pragma once
// A line in the log for each series, when it is done. No Problems.

#include <cstddef>
#include <map>
#include <vector>

#include "stages/base/mutex.h"
#include "stages/dicom_types.h"

namespace dcmflow {

struct Run;

// Never patient data: UIDs, file names of images, counts. Thread-safe from begin() on.
class SeriesLog {
 public:
  explicit SeriesLog(Run& run) : run_(run) {}

  // Before the first image is made; tells of the series that have none.
  void begin();
  // One more image of the series is to be made; the series is told of once more when it is done.
  void wait_for(const Series* series);
  // An image of the series has its name.
  void image_done(const Series* series);
  // Those that are left, when no image is made any more.
  void end();

 private:
  struct Row {
    std::size_t index = 0;
    std::size_t images_left = 0;
    bool is_told = false;
    bool is_counted = false;
  };
  void tell(Row& row) REQUIRES_LOCK(mutex_);

  Run& run_;
  Mutex mutex_;
  std::map<const Series*, Row> rows_ GUARDED_BY(mutex_);
};

}  // namespace dcmflow
