#include "stages/base/open_path.h"

#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <string_view>

namespace dcmflow {
namespace {

// As much of the path as one call takes, up to a '/'; empty when the first name alone is too long.
std::string_view leading_folders(std::string_view path) {
  const std::size_t slash = path.rfind('/', PATH_MAX - 1);
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

}  // namespace

bool wait_for_descriptor(int error, int attempt) {
  constexpr int most_attempts = 40;
  if ((error != EMFILE && error != ENFILE) || attempt >= most_attempts) return false;
  usleep(1000U << std::min(attempt, 6));
  return true;
}

// A network file system may interrupt an open; the path is as good as before.
Descriptor open_at(int folder, const std::string& path, int flags) {
  for (int attempt = 0;; ++attempt) {
    Descriptor opened;
    do opened.reset(openat(folder, path.c_str(), flags | O_CLOEXEC));
    while (!opened && errno == EINTR);
    const int error = errno;
    if (opened || !wait_for_descriptor(error, attempt)) {
      errno = error;
      return opened;
    }
  }
}

Descriptor open_path(const std::string& path, int flags) {
  if (path.size() < PATH_MAX) return open_at(AT_FDCWD, path, flags);

  Descriptor folder;  // empty: the working folder
  const auto at = [&] { return folder ? folder.get() : AT_FDCWD; };
  std::string_view rest = path;
  while (rest.size() >= PATH_MAX) {
    const std::string_view chunk = leading_folders(rest);
    if (chunk.empty()) {
      errno = ENAMETOOLONG;
      return {};
    }
    folder = open_at(at(), std::string(chunk), O_PATH | O_DIRECTORY);
    if (!folder) return {};
    rest.remove_prefix(chunk.size());
    // A chunk that began with '/' would start at the root again.
    rest.remove_prefix(std::min(rest.find_first_not_of('/'), rest.size()));
  }
  return open_at(at(), rest.empty() ? "." : std::string(rest), flags);
}

int stat_path(const std::string& path, struct stat& found) {
  if (path.size() < PATH_MAX) return stat(path.c_str(), &found) == 0 ? 0 : errno;
  const auto opened = open_path(path, O_PATH);
  return opened && fstat(opened.get(), &found) == 0 ? 0 : errno;
}

}  // namespace dcmflow
