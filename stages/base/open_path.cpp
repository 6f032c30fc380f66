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

void close_unless_working_folder(int descriptor) {
  if (descriptor == AT_FDCWD) return;
  const int error = errno;
  close(descriptor);
  errno = error;
}

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
int open_at(int folder, const std::string& path, int flags) {
  for (int attempt = 0;; ++attempt) {
    int descriptor = -1;
    do {
      descriptor = openat(folder, path.c_str(), flags | O_CLOEXEC);
    } while (descriptor < 0 && errno == EINTR);
    if (descriptor >= 0) return descriptor;
    const int error = errno;
    if (!wait_for_descriptor(error, attempt)) {
      errno = error;
      return -1;
    }
  }
}

int open_path(const std::string& path, int flags) {
  if (path.size() < PATH_MAX) return open_at(AT_FDCWD, path, flags);

  int folder = AT_FDCWD;
  std::string_view rest = path;
  while (rest.size() >= PATH_MAX) {
    const std::string_view chunk = leading_folders(rest);
    if (chunk.empty()) {
      close_unless_working_folder(folder);
      errno = ENAMETOOLONG;
      return -1;
    }
    const int next = open_at(folder, std::string(chunk), O_PATH | O_DIRECTORY);
    close_unless_working_folder(folder);
    if (next < 0) return -1;
    folder = next;
    rest.remove_prefix(chunk.size());
    // A chunk that began with '/' would start at the root again.
    rest.remove_prefix(std::min(rest.find_first_not_of('/'), rest.size()));
  }
  const int descriptor = open_at(folder, rest.empty() ? "." : std::string(rest), flags);
  close_unless_working_folder(folder);
  return descriptor;
}

int stat_path(const std::string& path, struct stat& found) {
  const int descriptor = open_path(path, O_PATH);
  if (descriptor < 0) return errno;
  const int error = fstat(descriptor, &found) == 0 ? 0 : errno;
  close(descriptor);
  return error;
}

}  // namespace dcmflow
