#pragma once
// The input folder → its files, in a fixed order. Pulled one file at a time, so nothing runs ahead
// of the readers.

#include <sys/stat.h>

#include <memory>
#include <optional>
#include <string>

#include "stages/dicom_types.h"

namespace dcmflow {

// Walks a folder depth first, the entries of each folder in byte order of their names, to any depth
// and path length. Symbolic links to files and folders are followed; a folder is entered once and a
// file is given once, however many paths lead to it (device and inode number), so loops end.
// `input` may also be one file. Not thread-safe: one reader pulls.
class DiscoverFiles {
 public:
  // `input`: a file or a folder. `excluded`: a folder that is not entered (the output folder, when
  // it lies inside the input).
  DiscoverFiles(std::string input, const std::string& excluded);
  ~DiscoverFiles();
  DiscoverFiles(const DiscoverFiles&) = delete;
  DiscoverFiles& operator=(const DiscoverFiles&) = delete;

  // The next file, or a Problem about one entry (special_file, same_file, empty_file, unreadable:
  // also an unreadable folder or a dangling link; the subject is the name relative to the input);
  // nullopt at the end.
  std::optional<Result<FilePtr>> next();

 private:
  struct Walk;
  std::unique_ptr<Walk> walk_;
};

// Opens a file or folder for reading, however long its path (beyond PATH_MAX it goes down folder by
// folder). Returns a file descriptor with O_CLOEXEC that the caller closes, or -1 with errno set.
// Thread-safe.
int open_path(const std::string& path, int flags);

// open_path() of a file for reading. The folder of the last file stays open for this thread, so
// that its neighbours are found in it without walking the whole path again.
int open_file(const File& file);

// stat(2) for a path of any length, following symbolic links. Returns the error number, or 0.
// Thread-safe.
int stat_path(const std::string& path, struct stat& found);

// A file name as text for logs and JSON: valid UTF-8 stays, other bytes and control characters
// become \xHH, a backslash \\.
std::string printable(std::string_view name);

}  // namespace dcmflow
