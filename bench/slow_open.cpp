// Slow storage for any dynamically linked program: LD_PRELOAD=slow_open.so delays every opening of
// a regular file for reading below the folder $SLOW_OPEN_FOLDER by $SLOW_OPEN_MS milliseconds (5
// when unset), as an archive behind a network does; and by $SLOW_LOOK_MS (0 when unset) whatever
// looks at one name there (stat and its kin) or reads entries of a folder (getdents64, or once
// opendir). The delay passes in the calling thread.

#include <dirent.h>
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
  long open_ns = 0, look_ns = 0;
};

long nanoseconds_of(const char* variable, long milliseconds) {
  const char* given = std::getenv(variable);
  return 1'000'000 * (given != nullptr ? std::atol(given) : milliseconds);
}

const Slowness& slowness() {
  static const Slowness the_one = [] {
    Slowness result;
    const char* folder = std::getenv("SLOW_OPEN_FOLDER");
    char* real = folder != nullptr ? realpath(folder, nullptr) : nullptr;
    if (real != nullptr) result.folder = std::string(real) + "/";
    std::free(real);
    result.open_ns = nanoseconds_of("SLOW_OPEN_MS", 5);
    result.look_ns = nanoseconds_of("SLOW_LOOK_MS", 0);
    return result;
  }();
  return the_one;
}

// The path of what is open, and a '/'.
std::string path_of(int file) {
  std::array<char, 4096> path;
  const std::string link = "/proc/self/fd/" + std::to_string(file);
  const ssize_t length = readlink(link.c_str(), path.data(), path.size());
  return length > 0 ? std::string(path.data(), static_cast<std::size_t>(length)) + '/' : "";
}

bool is_slow(int file) {
  struct stat status {};
  return !slowness().folder.empty() && fstat(file, &status) == 0 && S_ISREG(status.st_mode) &&
         path_of(file).starts_with(slowness().folder);
}

void wait_for(long nanoseconds) {
  timespec left{nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000};
  while (clock_nanosleep(CLOCK_MONOTONIC, 0, &left, &left) == EINTR) {
  }
}

void delay(int file) {
  const int error = errno;
  if (file >= 0 && is_slow(file)) wait_for(slowness().open_ns);
  errno = error;
}

// Before a look at a name in an open folder, or at the entries of that (no name). Paths are taken
// as they stand.
void delay_look(int folder, const char* name) {
  if (slowness().look_ns == 0 || slowness().folder.empty()) return;
  const int error = errno;
  std::string path = name != nullptr ? name : "";
  if (!path.starts_with('/') && folder != AT_FDCWD) path = path_of(folder) + path;
  if (path.starts_with(slowness().folder)) wait_for(slowness().look_ns);
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

#define LOOK_AT_PATH(name, type)                                     \
  int name(const char* path, struct type* found) {                   \
    delay_look(AT_FDCWD, path);                                      \
    return real<int(const char*, struct type*)>(#name)(path, found); \
  }
#define LOOK_IN_FOLDER(name, type)                                                            \
  int name(int folder, const char* path, struct type* found, int flags) {                     \
    delay_look(folder, path);                                                                 \
    return real<int(int, const char*, struct type*, int)>(#name)(folder, path, found, flags); \
  }
LOOK_AT_PATH(stat, stat)
LOOK_AT_PATH(lstat, stat)
LOOK_AT_PATH(stat64, stat64)
LOOK_AT_PATH(lstat64, stat64)
LOOK_IN_FOLDER(fstatat, stat)
LOOK_IN_FOLDER(fstatat64, stat64)
int statx(int folder, const char* path, int flags, unsigned mask, struct statx* found) {
  delay_look(folder, path);
  return real<int(int, const char*, int, unsigned, struct statx*)>("statx")(folder, path, flags,
                                                                            mask, found);
}
ssize_t getdents64(int folder, void* entries, std::size_t bytes) {
  delay_look(folder, nullptr);
  return real<ssize_t(int, void*, std::size_t)>("getdents64")(folder, entries, bytes);
}
DIR* opendir(const char* path) {
  delay_look(AT_FDCWD, (std::string(path) + '/').c_str());
  return real<DIR*(const char*)>("opendir")(path);
}
DIR* fdopendir(int folder) {
  delay_look(folder, nullptr);
  return real<DIR*(int)>("fdopendir")(folder);
}

}  // extern "C"
