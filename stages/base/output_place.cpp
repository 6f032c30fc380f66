#include "stages/base/output_place.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <utility>

#include "stages/base/open_path.h"
#include "stages/base/output_folder.h"

namespace dcmflow {

OutputPlace OutputPlace::find(const std::string& folder, const std::string& name,
                              bool make_folders) {
  OutputPlace place;
  std::string_view rest = name;
  if (rest.find('/') == std::string_view::npos) {
    place.name_ = folder + '/' + name;
    return place;
  }
  constexpr int only_folders = O_PATH | O_DIRECTORY | O_NOFOLLOW;
  place.folder_ = open_path(folder, O_PATH | O_DIRECTORY);
  for (auto slash = rest.find('/'); place.folder_ && slash != std::string_view::npos;
       slash = rest.find('/')) {
    const std::string next(rest.substr(0, slash));
    rest.remove_prefix(slash + 1);
    auto opened = open_at(place.folder_.get(), next, only_folders);
    if (!opened && errno == ENOENT && make_folders &&
        (mkdirat(place.folder_.get(), next.c_str(), 0777) == 0 || errno == EEXIST))
      opened = open_at(place.folder_.get(), next, only_folders);
    place.folder_ = std::move(opened);
  }
  if (place.folder_) place.name_ = rest;
  return place;
}

int OutputPlace::take(const std::string& from) const {
  return folder_ ? renameat(AT_FDCWD, from.c_str(), folder_.get(), name_.c_str())
                 : std::rename(from.c_str(), name_.c_str());
}

int OutputPlace::remove() const {
  return folder_ ? unlinkat(folder_.get(), name_.c_str(), 0) : unlink(name_.c_str());
}

int OutputPlace::remove_folder() const {
  return folder_ ? unlinkat(folder_.get(), name_.c_str(), AT_REMOVEDIR) : rmdir(name_.c_str());
}

int OutputPlace::look(struct stat& found) const {
  return folder_ ? fstatat(folder_.get(), name_.c_str(), &found, AT_SYMLINK_NOFOLLOW)
                 : lstat(name_.c_str(), &found);
}

std::string_view bare_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::set<std::string> folders_on_the_way(std::string_view path) {
  std::set<std::string> folders;
  for (auto slash = path.find('/'); slash != std::string_view::npos;
       slash = path.find('/', slash + 1))
    folders.emplace(path.substr(0, slash));
  return folders;
}

bool is_as_written(const std::string& folder, const std::string& name, std::uint64_t bytes,
                   std::int64_t modified_ns) {
  const auto place = OutputPlace::find(folder, name, false);
  struct stat found {};
  return place && place.look(found) == 0 && S_ISREG(found.st_mode) &&
         static_cast<std::uint64_t>(found.st_size) == bytes &&
         std::int64_t{found.st_mtim.tv_sec} * 1'000'000'000 + found.st_mtim.tv_nsec == modified_ns;
}

void remove_empty_folders(const std::string& folder, const std::string& name) {
  const auto folders = folders_on_the_way(name);
  for (auto at = folders.rbegin(); at != folders.rend(); ++at) {
    const auto place = OutputPlace::find(folder, *at, false);
    if (!place || place.remove_folder() != 0) return;
  }
}

Status sync_folders(const std::string& folder, std::span<const std::string> names) {
  std::set<std::string> folders;
  for (const auto& name : names) folders.merge(folders_on_the_way(name));
  for (const auto& one : folders)
    if (auto synced = sync_folder(folder + '/' + one); !synced) return synced;
  return sync_folder(folder);
}

}  // namespace dcmflow
