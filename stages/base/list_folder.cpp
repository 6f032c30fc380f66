#include "stages/base/list_folder.h"

#include <dirent.h>
#include <fcntl.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <utility>

#include "stages/base/descriptor.h"
#include "stages/base/open_path.h"

namespace dcmflow {
namespace {

// As much as readdir() takes at once.
constexpr std::size_t buffer_bytes = 32'768;

}  // namespace

FolderListing list_folder(int folder,
                          const std::function<bool(const std::string& name)>& is_wanted_file) {
  FolderListing listing;
  // Who lists moves the place in the folder that all copies of a descriptor share.
  const Descriptor opened = open_at(folder, ".", O_RDONLY | O_DIRECTORY);
  listing.error = opened ? 0 : errno;
  alignas(dirent64) std::array<char, buffer_bytes> buffer;
  while (opened) {
    const auto size = getdents64(opened.get(), buffer.data(), buffer.size());
    if (size < 0 && errno != ENOENT) listing.error = errno;  // ENOENT: it was removed, and is empty
    if (size <= 0) break;
    for (std::ptrdiff_t at = 0; at < size;) {
      const auto* const entry = reinterpret_cast<const dirent64*>(buffer.data() + at);
      at += entry->d_reclen;
      std::string name = entry->d_name;
      if (name == "." || name == "..") continue;
      ++listing.entries;
      if (is_wanted_file && entry->d_type == DT_REG && !is_wanted_file(name)) continue;
      if (entry->d_type == DT_LNK) listing.links.push_back(name);
      listing.names.push_back(std::move(name));
    }
  }
  std::ranges::sort(listing.names);
  std::ranges::sort(listing.links);
  return listing;
}

}  // namespace dcmflow
