#include "stages/base/list_folder.h"

#include <dirent.h>
#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

#include "stages/base/descriptor.h"
#include "stages/base/open_path.h"

namespace dcmflow {

FolderListing list_folder(int folder,
                          const std::function<bool(const std::string& name)>& is_wanted_file) {
  FolderListing listing;
  // Who lists moves the place in the folder that all copies of a descriptor share.
  Descriptor opened = open_at(folder, ".", O_RDONLY | O_DIRECTORY);
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(opened ? fdopendir(opened.get()) : nullptr,
                                                    closedir);
  if (!entries) {
    listing.error = errno;
    return listing;
  }
  opened.release();
  for (;;) {
    errno = 0;
    const dirent* const entry = readdir(entries.get());
    if (entry == nullptr) break;
    std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    ++listing.entries;
    if (is_wanted_file && entry->d_type == DT_REG && !is_wanted_file(name)) continue;
    listing.names.push_back(std::move(name));
  }
  listing.error = errno;
  std::ranges::sort(listing.names);
  return listing;
}

}  // namespace dcmflow
