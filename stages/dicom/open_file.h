#pragma once
// A file of the input, open for reading and still the one that discover_files found: one of its
// own, or a member of an archive, wherever its bytes lie.

#include <sys/stat.h>

#include "stages/base/descriptor.h"
#include "stages/base/input_slice.h"
#include "stages/dicom_types.h"

namespace dcmflow {

// What a file is known by between two looks at it.
FileVersion version_of(const struct stat& found);

// What a file is, under any name; `on_any_machine`: where others look at it, too.
FileIdentity identity_of(const struct stat& found, bool on_any_machine);

// Closes itself. For one thread; open() is thread-safe.
class OpenFile {
 public:
  // Waits a while for a descriptor when the process has none left. Never waits for a FIFO that took
  // the file's name. Problems, with the name of the file: unreadable; changed_during_run when it is
  // not the file that was found, or was written to since.
  static Result<OpenFile> open(const FilePtr& file);

  // Has the bytes of the file from begin() on, as many as File::size.
  int descriptor() const { return spool_ ? spool_->get() : descriptor_.get(); }
  std::uint64_t begin() const { return file_->packed() ? file_->packed()->offset : 0; }

  // To be asked again after reading: changed_during_run when it was written to meanwhile.
  Status check_unchanged() const;

 private:
  explicit OpenFile(FilePtr file) : file_(std::move(file)) {}
  // The file that is open.
  const File& whole() const { return file_->packed() ? *file_->packed()->archive : *file_; }

  FilePtr file_;
  Descriptor descriptor_;
  std::shared_ptr<const Descriptor> spool_;  // in its place, of what was unpacked
};

}  // namespace dcmflow
