// Slow storage for any dynamically linked program: LD_PRELOAD=slow_open.so delays every opening of
// a regular file for reading below the folder $SLOW_OPEN_FOLDER by $SLOW_OPEN_MS milliseconds (5
// when unset), as an archive behind a network does. The delay passes in the calling thread.

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>

namespace {

struct Slowness {
  std::string folder;  // without links; empty: nothing is slow
  long nanoseconds = 0;
};

const Slowness& slowness() {
  static const Slowness the_one = [] {
    Slowness result;
    const char* folder = std::getenv("SLOW_OPEN_FOLDER");
    const char* milliseconds = std::getenv("SLOW_OPEN_MS");
    char* real = folder != nullptr ? realpath(folder, nullptr) : nullptr;
    if (real != nullptr) result.folder = std::string(real) + "/";
    std::free(real);
    result.nanoseconds = 1'000'000 * (milliseconds != nullptr ? std::atol(milliseconds) : 5);
    return result;
  }();
  return the_one;
}

bool is_slow(int file) {
  struct stat status {};
  if (slowness().folder.empty() || fstat(file, &status) != 0 || !S_ISREG(status.st_mode))
    return false;
  std::array<char, 4096> path;
  const std::string link = "/proc/self/fd/" + std::to_string(file);
  const ssize_t length = readlink(link.c_str(), path.data(), path.size());
  return length > 0 && std::string_view(path.data(), static_cast<std::size_t>(length))
                           .starts_with(slowness().folder);
}

void delay(int file) {
  const int error = errno;
  if (file >= 0 && is_slow(file)) {
    timespec left{slowness().nanoseconds / 1'000'000'000, slowness().nanoseconds % 1'000'000'000};
    while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR) {
    }
  }
  errno = error;
}

template <class Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

int open_then_wait(const char* name, int folder, const char* path, int flags, mode_t mode) {
  const auto open_at = real<int(int, const char*, int, mode_t)>(name);
  const int file = open_at(folder, path, flags, mode);
  if ((flags & O_ACCMODE) == O_RDONLY) delay(file);
  return file;
}

FILE* fopen_then_wait(const char* name, const char* path, const char* mode) {
  FILE* file = real<FILE*(const char*, const char*)>(name)(path, mode);
  if (file != nullptr && mode[0] == 'r') delay(fileno(file));
  return file;
}

}  // namespace

// The mode is an argument only of calls that may create a file.
#define MODE_AFTER(flags)                                                                        \
  va_list rest;                                                                                  \
  va_start(rest, flags);                                                                         \
  const mode_t mode = ((flags) & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : mode_t{0}; \
  va_end(rest)

extern "C" {

int open(const char* path, int flags, ...) {
  MODE_AFTER(flags);
  return open_then_wait("openat", AT_FDCWD, path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  MODE_AFTER(flags);
  return open_then_wait("openat64", AT_FDCWD, path, flags, mode);
}
int openat(int folder, const char* path, int flags, ...) {
  MODE_AFTER(flags);
  return open_then_wait("openat", folder, path, flags, mode);
}
int openat64(int folder, const char* path, int flags, ...) {
  MODE_AFTER(flags);
  return open_then_wait("openat64", folder, path, flags, mode);
}
// What open() becomes in programs that are built with _FORTIFY_SOURCE.
// NOLINTBEGIN(bugprone-reserved-identifier,readability-identifier-naming)
int __open_2(const char* path, int flags) {
  return open_then_wait("openat", AT_FDCWD, path, flags, 0);
}
int __open64_2(const char* path, int flags) {
  return open_then_wait("openat64", AT_FDCWD, path, flags, 0);
}
int __openat_2(int folder, const char* path, int flags) {
  return open_then_wait("openat", folder, path, flags, 0);
}
int __openat64_2(int folder, const char* path, int flags) {
  return open_then_wait("openat64", folder, path, flags, 0);
}
// NOLINTEND(bugprone-reserved-identifier,readability-identifier-naming)
FILE* fopen(const char* path, const char* mode) { return fopen_then_wait("fopen", path, mode); }
FILE* fopen64(const char* path, const char* mode) { return fopen_then_wait("fopen64", path, mode); }

}  // extern "C"
