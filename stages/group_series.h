#pragma once
// Instances → Series: the one true barrier of the pipeline, since no file says that it is the last
// of its series. No Problems.

#include <deque>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "stages/base/mutex.h"
#include "stages/base/striped.h"
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
  using Key = std::pair<std::string_view, std::string_view>;  // Study, Series Instance UID
  using Groups = std::map<Key, std::vector<InstancePtr>>;  // a key is of an instance of its group
  struct Part {
    Mutex mutex;
    std::deque<InstancePtr> instances GUARDED_BY(mutex);
  };
  Groups take();

  Striped<Part> parts_;  // what some threads added
};

}  // namespace dcmflow
