#pragma once
// A file of the input, open for reading and still the one that discover_files found.

#include <sys/stat.h>

#include "stages/dicom_types.h"

namespace dcmflow {

// What a file is known by between two looks at it.
FileVersion version_of(const struct stat& found);

// Closes itself. Not thread-safe; its functions that open are.
class OpenFile {
 public:
  // Waits a while for a descriptor when the process has none left. Never waits for a FIFO that took
  // the file's name. Problems, with the name of the file: unreadable; changed_during_run when it is
  // not the file that was found, or was written to since.
  static Result<OpenFile> open(const FilePtr& file);

  OpenFile(OpenFile&& other) noexcept;
  OpenFile& operator=(OpenFile&&) = delete;
  ~OpenFile();

  int descriptor() const { return descriptor_; }

  // To be asked again after reading: changed_during_run when it was written to meanwhile.
  Status check_unchanged() const;

 private:
  OpenFile(FilePtr file, int descriptor) : file_(std::move(file)), descriptor_(descriptor) {}

  FilePtr file_;
  int descriptor_;
};

// open(2) of a file for reading, beside the folder of the last one, which stays open for this
// thread; -1 with errno set.
int open_file(const File& file);

}  // namespace dcmflow
