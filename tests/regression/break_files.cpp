// A machine that fails, for the program under test: LD_PRELOAD=break_files.so.
//   BREAK_ON    open (of an existing file), create (of one that may be new), rename, change (a
//               rename or a removal), or sync (fsync(); no event for others)
//   BREAK_NAME  the end of the path that is meant; any when unset
//   BREAK_NTH   at which time, from 1; every time when unset
//   BREAK_BY    kill (SIGKILL), fail (EIO), lose (what was renamed is gone), milliseconds to wait,
//               or a whole path: wait until that file is there
//   BREAK_LOG   a file that gets a line an event: its kind, a blank, the path

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdarg>
#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>

namespace {

std::string variable(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr ? value : "";
}

struct Break {
  std::string on = variable("BREAK_ON"), name = variable("BREAK_NAME"), by = variable("BREAK_BY");
  long nth = std::atol(variable("BREAK_NTH").c_str());
  std::string log = variable("BREAK_LOG");
};

const Break& the_break() {
  static const Break one;
  return one;
}

// By a system call of its own, so that it is no event.
void write_log(std::string_view kind, std::string_view path) {
  if (the_break().log.empty()) return;
  const auto file = static_cast<int>(syscall(SYS_openat, AT_FDCWD, the_break().log.c_str(),
                                             O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666));
  const std::string line = std::string(kind) + ' ' + std::string(path) + '\n';
  static_cast<void>(write(file, line.data(), line.size()) > 0);
  close(file);
}

void wait_ms(long milliseconds) {
  timespec left{milliseconds / 1000, milliseconds % 1000 * 1'000'000};
  while (nanosleep(&left, &left) != 0 && errno == EINTR) {
  }
}

void wait_for_file(const std::string& path) {
  constexpr long between_looks = 20;
  while (access(path.c_str(), F_OK) != 0) wait_ms(between_looks);
}

// Whether the call is to fail.
bool breaks(std::string_view kind, std::string_view path) {
  write_log(kind, path);
  const Break& rule = the_break();
  const bool is_change = rule.on == "change" && (kind == "rename" || kind == "unlink");
  if ((kind != rule.on && !is_change) || !path.ends_with(rule.name)) return false;
  static std::atomic<long> seen = 0;
  const long nth = ++seen;
  if (rule.nth != 0 && rule.nth != nth) return false;
  if (rule.by == "kill") kill(getpid(), SIGKILL);
  if (rule.by == "lose") return true;
  if (rule.by == "fail") {
    errno = EIO;
    return true;
  }
  if (rule.by.starts_with('/'))
    wait_for_file(rule.by);
  else
    wait_ms(std::atol(rule.by.c_str()));
  return false;
}

template <class Function>
Function* real(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

// Of what is open; empty where it has none.
std::string path_of(int descriptor) {
  std::string name(PATH_MAX, '\0');
  const auto size =
      readlink(("/proc/self/fd/" + std::to_string(descriptor)).c_str(), name.data(), name.size());
  name.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return name;
}

// With the folder that a relative path is opened in.
std::string whole_path(int folder, const char* path) {
  if (folder == AT_FDCWD || *path == '/') return path;
  const auto name = path_of(folder);
  return name.empty() ? path : name + '/' + path;
}

int open_file(int folder, const char* path, int flags, mode_t mode) {
  const bool is_of_a_file = (flags & (O_DIRECTORY | O_PATH)) == 0;
  const char* const kind = (flags & O_CREAT) != 0 ? "create" : "open";
  if (is_of_a_file && breaks(kind, whole_path(folder, path))) return -1;
  return real<int(int, const char*, int, mode_t)>("openat")(folder, path, flags, mode);
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
  return open_file(AT_FDCWD, path, flags, mode);
}
int open64(const char* path, int flags, ...) {
  MODE_AFTER(flags);
  return open_file(AT_FDCWD, path, flags, mode);
}
int openat(int folder, const char* path, int flags, ...) {
  MODE_AFTER(flags);
  return open_file(folder, path, flags, mode);
}
int openat64(int folder, const char* path, int flags, ...) {
  MODE_AFTER(flags);
  return open_file(folder, path, flags, mode);
}
int rename(const char* from, const char* to) noexcept {
  if (!breaks("rename", to)) return real<int(const char*, const char*)>("rename")(from, to);
  return the_break().by == "lose" ? static_cast<int>(syscall(SYS_unlink, from)) : -1;
}
int renameat(int from_folder, const char* from, int folder, const char* to) noexcept {
  if (!breaks("rename", whole_path(folder, to)))
    return real<int(int, const char*, int, const char*)>("renameat")(from_folder, from, folder, to);
  return the_break().by == "lose" ? static_cast<int>(syscall(SYS_unlinkat, from_folder, from, 0))
                                  : -1;
}
int unlinkat(int folder, const char* path, int flags) noexcept {
  return breaks("unlink", whole_path(folder, path))
             ? -1
             : real<int(int, const char*, int)>("unlinkat")(folder, path, flags);
}
int fsync(int file) {
  const bool is_meant = the_break().on == "sync";
  if (is_meant && breaks("sync", path_of(file))) return -1;
  return real<int(int)>("fsync")(file);
}
int unlink(const char* path) noexcept {
  return breaks("unlink", path) ? -1 : real<int(const char*)>("unlink")(path);
}

}  // extern "C"
