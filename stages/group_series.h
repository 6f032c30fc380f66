#pragma once
// Instances → Series: the one true barrier of the pipeline, since no file says that it is the last
// of its series.

#include <map>
#include <mutex>
#include <utility>
#include <vector>

#include "stages/dicom_types.h"

namespace dcmflow {

// Collects instances in any order; finish() gives the same series for the same instances. add() is
// thread-safe.
class GroupSeries {
 public:
  void add(InstancePtr instance);

  // The series sorted by Study, then Series Instance UID; their instances by SOP Instance UID, then
  // file name. Empties the collection. When one Series Instance UID stands in several studies, or
  // two patients have one, the later series get another image stem; of patients, those with fewer
  // instances come later.
  std::vector<SeriesPtr> finish();

 private:
  using Key = std::pair<std::string, std::string>;  // Study, Series Instance UID
  std::mutex mutex_;
  std::map<Key, std::vector<InstancePtr>> groups_;
};

}  // namespace dcmflow
