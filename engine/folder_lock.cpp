#include "engine/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <ctime>
#include <system_error>

#include "stages/base/journal.h"
#include "stages/base/output_file.h"
#include "stages/base/printable.h"

namespace dcmflow {
namespace {

std::string private_path(const std::string& folder) {
  return folder + '/' + std::string(private_folder);
}

std::string lock_path(const std::string& folder) { return private_path(folder) + "/lock"; }

// What has no locks: a network file system without a lock service, some in user space.
bool is_without_locks(int error) {
  return error == ENOLCK || error == ENOSYS || error == EOPNOTSUPP || error == EINVAL ||
         error == EBADF;
}

// What the other run wrote, or words for a run that has not written it yet.
std::string owner(int file) {
  std::array<char, 512> text;
  const ssize_t size = pread(file, text.data(), text.size(), 0);
  std::string words = size > 0 ? std::string(text.data(), static_cast<std::size_t>(size)) : "";
  while (words.ends_with('\n')) words.pop_back();
  return words.empty() ? "it has just begun" : printable(words);
}

std::string now() {
  const std::time_t time = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&time, &utc);
  std::array<char, 32> text;
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc)};
}

// Whoever may write into the output folder may run there again.
int make_private_folder(const std::string& folder) {
  const std::string path = private_path(folder);
  if (mkdir(path.c_str(), 0777) != 0) {
    if (errno != EEXIST) return errno;
    struct stat found {};
    if (lstat(path.c_str(), &found) != 0) return errno;
    return S_ISDIR(found.st_mode) ? 0 : ENOTDIR;
  }
  struct stat parent {};
  if (stat(folder.c_str(), &parent) == 0)
    static_cast<void>(chmod(path.c_str(), parent.st_mode & 0777));
  return 0;
}

}  // namespace

Result<FolderLock> FolderLock::take(const std::string& folder) {
  if (const int error = make_private_folder(folder); error != 0)
    return output_problem(private_path(folder) + " cannot be made", error);
  constexpr int flags = O_CREAT | O_NOFOLLOW | O_CLOEXEC;
  Descriptor file(open(lock_path(folder).c_str(), O_RDWR | flags, 0666));
  // That of another user can be held all the same.
  if (!file && errno == EACCES)
    file.reset(open(lock_path(folder).c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file) return output_problem(lock_path(folder) + " cannot be opened", errno);
  return lock(std::move(file), folder);
}

bool FolderLock::try_take_existing(const std::string& folder, FolderLock& held) {
  Descriptor file(open(lock_path(folder).c_str(), O_RDWR | O_NOFOLLOW | O_CLOEXEC));
  if (!file) return false;
  auto taken = lock(std::move(file), folder);
  if (!taken || !taken->warning().empty()) return false;
  held = std::move(*taken);
  return true;
}

Result<FolderLock> FolderLock::lock(Descriptor file, const std::string& folder) {
  FolderLock held;
  held.file_ = std::move(file);
  int error = 0;
  do {
    error = flock(held.file_.get(), LOCK_EX | LOCK_NB) == 0 ? 0 : errno;
  } while (error == EINTR);
  if (error == EWOULDBLOCK)
    return Problem{Reason::output_not_writable, folder,
                   "another run is at work in the output folder: " + owner(held.file_.get())};
  if (error != 0 && !is_without_locks(error))
    return output_problem(lock_path(folder) + " cannot be locked", error);
  if (error != 0)
    held.warning_ = "the output folder cannot be locked against other runs: " +
                    std::generic_category().message(error);
  held.write_owner();
  return held;
}

void FolderLock::write_owner() const {
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) host.front() = '?';
  const std::string text =
      "host " + std::string(host.data()) + ", started " + now() + ", dcmflow " DCMFLOW_VERSION "\n";
  if (ftruncate(file_.get(), 0) != 0) return;
  // Words for people: without them the lock holds as well.
  static_cast<void>(pwrite(file_.get(), text.data(), text.size(), 0) > 0);
}

}  // namespace dcmflow
