#pragma once
// Which files of an output folder dcmflow made: a small text, <folder>/.dcmflow/journal.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stages/base/descriptor.h"
#include "stages/base/mutex.h"
#include "stages/base/result.h"

namespace dcmflow {

inline constexpr std::string_view private_folder = ".dcmflow";

// A line for each file: bytes, time of the last change in ns since 1970, name; before those of the
// last run, a line that is none of a file. An entry is written before the file gets its name, so
// whenever a run is killed the journal knows at least what there is. An entry counts only if its
// name is a plain path, and a regular file of that size and time lies under it in the folder: what
// others made or changed is never taken for dcmflow's.
class Journal {
 public:
  // Takes over what the journal of earlier runs tells, where it counts. REQUIRES: the private
  // folder exists, and no other process writes to the journal. Problems: output_not_writable,
  // disk_full.
  static Result<std::unique_ptr<Journal>> open(const std::string& folder);
  // The names that count, in the order in which they were written; changes nothing.
  static std::vector<std::string> read(const std::string& folder);
  // What the last run wrote, by name, with its bytes, whatever lies there now; a file that it only
  // kept is not among it. nullopt: nothing tells what is of that run. Changes nothing.
  static std::optional<std::map<std::string, std::uint64_t>> of_last_run(const std::string& folder);

  // Those that counted at open(), in the order in which they were written.
  const std::vector<std::string>& earlier() const { return earlier_; }

  // Whether at open() every name that it tells counted.
  bool is_whole() const { return is_whole_; }

  // Books space for so many bytes of further entries, where the file system can.
  void reserve(std::uint64_t bytes);
  // Of a file that is about to get this name. Problems: output_not_writable, disk_full, as of
  // sync(). Thread-safe, like that.
  Status add(const std::string& name, std::uint64_t bytes, std::int64_t modified_ns);
  // That the disk has it.
  Status sync() const;

 private:
  Status write_anew();

  std::string folder_;
  std::vector<std::string> earlier_;
  bool is_whole_ = false;
  mutable Mutex mutex_;  // one entry at a time
  Descriptor file_ GUARDED_BY(mutex_);
  std::uint64_t size_ GUARDED_BY(mutex_) = 0;  // behind the last whole entry
};

}  // namespace dcmflow
