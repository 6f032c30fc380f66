#pragma once
// One run at a time works in an output folder. For one thread.

#include <string>

#include "stages/base/descriptor.h"
#include "stages/base/result.h"

namespace dcmflow {

// Holds <folder>/.dcmflow/lock by flock(2) until it is destroyed, or until the process ends,
// however that happens. The file says who holds it, for the one that comes too late; a process id
// would mean nothing across containers.
class FolderLock {
 public:
  FolderLock() = default;

  // Makes the private folder and the file. Problem{output_not_writable}: another run holds it, and
  // since when, or it cannot be made.
  static Result<FolderLock> take(const std::string& folder);
  // The same for a folder in which a run has worked before; makes nothing. False: there was none,
  // or another run is at work.
  static bool try_take_existing(const std::string& folder, FolderLock& lock);

  // Why there is no lock although the run goes on: the file system has none. Else empty.
  const std::string& warning() const { return warning_; }

 private:
  static Result<FolderLock> lock(Descriptor file, const std::string& folder);
  void write_owner() const;

  Descriptor file_;
  std::string warning_;
};

}  // namespace dcmflow
