#pragma once
// What a run that reads headers, and nothing else, puts into a folder: the files of a scanned part.

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "engine/scan_files.h"
#include "stages/base/keyed_records.h"
#include "stages/base/mutex.h"
#include "stages/base/part_store.h"
#include "stages/base/record_sorter.h"
#include "stages/database/scan_records.h"

namespace dcmflow {

struct Run;

// Memory does not grow with the input. Thread-safe, but for begin() and end(). What the disk does
// not take is the Problem of end(), and the run is to go on with no further file.
class ScanInput {
 public:
  // Problem{output_not_writable | disk_full}
  static Result<std::unique_ptr<ScanInput>> begin(const std::string& folder, InputSlice slice);

  InputSlice slice() const { return slice_; }
  bool has_failed() const { return has_failed_; }

  // What the walk found, one after the other in its order.
  // `place`: its name, whatever stands for it.
  void add(WalkEntry entry, std::string_view place);
  // What became of these files. True: no header is held any more.
  bool add(InstancePtr instance);
  void add(RefusedFile refused);

  // Writes what is left, part.json last. REQUIRES: nothing is added any more.
  Status end(const Run& run);

 private:
  ScanInput(const std::string& folder, InputSlice slice, KeyedFile entries);
  bool note(const Status& status);
  Result<std::string> write(const std::string& name, Result<MergedRecords> records) const;

  const std::string folder_;
  const InputSlice slice_;
  PartStore store_;
  CollectHeaders headers_;
  std::atomic<bool> has_failed_ = false;
  Mutex mutex_;
  KeyedFile entries_ GUARDED_BY(mutex_);
  RecordSorter refused_ GUARDED_BY(mutex_);
  std::optional<Problem> failure_ GUARDED_BY(mutex_);
};

}  // namespace dcmflow
