#pragma once
// The names in a folder. No Problems; thread-safe.

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace dcmflow {

struct FolderListing {
  std::vector<std::string> names;  // in byte order
  std::vector<std::string> links;  // those of them that are symbolic links, where folders tell
  std::size_t entries = 0;         // of the folder; `names` may be fewer
  int error = 0;                   // of the system, that ended the listing early; or 0
};

// Of an open folder, 0.3 µs an entry. Regular files are left out where `is_wanted_file` (which may
// be empty) says no; but not on file systems whose folders do not tell what their entries are.
FolderListing list_folder(int folder,
                          const std::function<bool(const std::string& name)>& is_wanted_file);

}  // namespace dcmflow
