#pragma once
// What an entry of an open folder is. No Problems; thread-safe.

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <string>

namespace dcmflow {

// The stat of an entry, following symbolic links; the error number, or 0.
inline int stat_entry(int folder, const std::string& name, struct stat& found) {
  return fstatat(folder, name.c_str(), &found, 0) == 0 ? 0 : errno;
}

inline bool is_symbolic_link(int folder, const std::string& name) {
  struct stat found {};
  return fstatat(folder, name.c_str(), &found, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(found.st_mode);
}

// "a FIFO": of what is no regular file.
inline std::string kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISFIFO(mode)) return "a FIFO";
  if (S_ISSOCK(mode)) return "a socket";
  if (S_ISCHR(mode)) return "a character device";
  if (S_ISBLK(mode)) return "a block device";
  return "an entry that is neither file nor folder";
}

}  // namespace dcmflow
