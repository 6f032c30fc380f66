#pragma once
// Where a file of an output folder lies: names are paths below the folder, with a '/' between.

#include <sys/stat.h>

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "stages/base/descriptor.h"
#include "stages/base/result.h"

namespace dcmflow {

// Follows no symbolic link below the folder, so what others put there leads nowhere else.
class OutputPlace {
 public:
  // Empty: errno says why, ENOTDIR where a link stands for a folder. `make_folders`: those that are
  // missing on the way. Thread-safe.
  static OutputPlace find(const std::string& folder, const std::string& name, bool make_folders);

  explicit operator bool() const { return !name_.empty(); }

  // Each like the call of the kernel: 0, or -1 and errno. REQUIRES: it is not empty.
  int take(const std::string& from) const;  // rename(2) of the file at this path
  int remove() const;                       // unlink(2)
  int remove_folder() const;                // rmdir(2)
  int look(struct stat& found) const;       // lstat(2)

 private:
  Descriptor folder_;  // empty: name_ is the whole path, since nothing lies on the way
  std::string name_;
};

// The last name of a path.
std::string_view bare_name(std::string_view path);

// The folders that a path below a folder goes through, from the first.
std::set<std::string> folders_on_the_way(std::string_view path);

// Whether a regular file of that size and time (ns since 1970) lies there, and no link to one.
bool is_as_written(const std::string& folder, const std::string& name, std::uint64_t bytes,
                   std::int64_t modified_ns);

// Those on the way to `name` that hold nothing any more are gone. REQUIRES: nobody makes them
// meanwhile. No Problems.
void remove_empty_folders(const std::string& folder, const std::string& name);

// That the disk has the names of these files, and of the folders on their way. Problems:
// output_not_writable, disk_full.
Status sync_folders(const std::string& folder, std::span<const std::string> names);

}  // namespace dcmflow
