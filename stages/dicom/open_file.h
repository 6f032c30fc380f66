#pragma once
// A file of the input, open for reading and still the one that discover_files found.

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

  int descriptor() const { return descriptor_.get(); }

  // To be asked again after reading: changed_during_run when it was written to meanwhile.
  Status check_unchanged() const;

 private:
  OpenFile(FilePtr file, Descriptor descriptor)
      : file_(std::move(file)), descriptor_(std::move(descriptor)) {}

  FilePtr file_;
  Descriptor descriptor_;
};

}  // namespace dcmflow
