#pragma once
// Instances → Series: the one true barrier of the pipeline, since no file says that it is the last
// of its series. No Problems.

#include <map>
#include <utility>
#include <vector>

#include "stages/base/mutex.h"
#include "stages/dicom_types.h"

namespace dcmflow {

// Collects instances in any order; finish() gives the same series for the same instances (PS3.3
// A.1.2). Thread-safe.
class GroupSeries {
 public:
  void add(InstancePtr instance);

  // The series sorted by Study, then Series Instance UID; their instances by SOP Instance UID, then
  // file name. Empties the collection. When two patients have one Series Instance UID they have a
  // series each; those with fewer instances come later.
  std::vector<SeriesPtr> finish();

 private:
  using Key = std::pair<std::string, std::string>;  // Study, Series Instance UID
  Mutex mutex_;
  std::map<Key, std::vector<InstancePtr>> groups_ GUARDED_BY(mutex_);
};

}  // namespace dcmflow
