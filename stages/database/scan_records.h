#pragma once
// What a slice of an input holds ↔ bytes: the entries of its walk, files that are in no series, and
// headers by series; records that tell their own damage. Pure, but for CollectHeaders.

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "stages/base/input_slice.h"
#include "stages/base/mutex.h"
#include "stages/base/record_sorter.h"
#include "stages/dicom_types.h"

namespace dcmflow {

// What a walk found under one name.
struct WalkEntry {
  Result<FilePtr> found;
  FileIdentity identity;
};

// A file that is in no series, and why.
struct RefusedFile {
  FilePtr file;
  Problem problem;
};

// What loads has Problem{catalogue_failed} (subject left empty): these are other bytes. Files are
// below `root`.
std::string store_entry(const WalkEntry& entry);
Result<WalkEntry> load_entry(std::string_view bytes,
                             const std::shared_ptr<const std::string>& root);
std::string store_refused(const RefusedFile& refused);
Result<RefusedFile> load_refused(std::string_view bytes,
                                 const std::shared_ptr<const std::string>& root);

// Keys in the order of Study, then Series Instance UID.
std::string series_key(std::string_view study_instance_uid, std::string_view series_instance_uid);

// Instances → records of their headers, under the key of their series, each of some instances of
// it. What memory does not hold is sorted on the disk. Thread-safe.
class CollectHeaders {
 public:
  // `most_in_memory`: bytes, about.
  CollectHeaders(PartStore& store, std::size_t most_in_memory);

  // True: all so far has gone to records, and no header is held any more. Problem{disk_full}.
  Result<bool> add(InstancePtr instance);
  // See RecordSorter.
  Result<MergedRecords> sorted();

 private:
  Status store_groups() REQUIRES_LOCK(mutex_);

  const std::size_t most_in_memory_;
  Mutex mutex_;
  std::map<std::string, std::vector<InstancePtr>> groups_ GUARDED_BY(mutex_);
  std::unordered_set<const SharedHeader*> headers_ GUARDED_BY(mutex_);  // of these
  std::size_t bytes_ GUARDED_BY(mutex_) = 0;                            // of both
  RecordSorter records_ GUARDED_BY(mutex_);
};

}  // namespace dcmflow
