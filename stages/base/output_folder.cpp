#include "stages/base/output_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "stages/base/descriptor.h"
#include "stages/base/output_file.h"
#include "stages/base/output_place.h"
#include "stages/base/system_words.h"

namespace dcmflow {
namespace {

Reason reason_of(int error) {
  const bool full = error == ENOSPC || error == EDQUOT || error == EFBIG;
  return full ? Reason::disk_full : Reason::output_not_writable;
}

// With whom the system refuses, by the numbers that file systems have: in a container that is
// often nobody whom its caller knows.
std::string words_of(int error) {
  auto words = system_words(error);
  if (error == EACCES || error == EPERM)
    words += " for user " + std::to_string(geteuid()) + " of group " + std::to_string(getegid());
  return words;
}

// A file system that cannot sync has nothing to lose by it.
bool is_sync_error(int error) { return error != EINVAL && error != ENOSYS && error != EROFS; }

int sync_descriptor(int descriptor) {
  int error = 0;
  do {
    error = fsync(descriptor) == 0 ? 0 : errno;
  } while (error == EINTR);
  return error != 0 && is_sync_error(error) ? error : 0;
}

}  // namespace

StagedFiles::StagedFiles() = default;
StagedFiles::~StagedFiles() = default;

void StagedFiles::add(OutputFile file) {
  const Lock lock(mutex_);
  files_.push_back(std::move(file));
}

std::vector<OutputFile> StagedFiles::take() {
  const Lock lock(mutex_);
  return std::exchange(files_, {});
}

Problem output_problem(const std::string& what, int error) {
  return {reason_of(error), {}, what + ": " + words_of(error)};
}

int write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return written == 0 ? EIO : errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

Status remove_output(const std::string& folder, const std::string& name) {
  const auto place = OutputPlace::find(folder, name, false);
  if (!place && (errno == ENOENT || errno == ENOTDIR)) return Done{};
  if (place && (place.remove() == 0 || errno == ENOENT || errno == EISDIR)) return Done{};
  auto problem = output_problem(folder + '/' + name + " cannot be removed", errno);
  problem.subject = name;
  return problem;
}

Status check_output(const std::string& path, const std::string& name, std::uint64_t bytes,
                    bool sync) {
  const auto failed = [&](const std::string& what, int error) {
    auto problem = output_problem(path + ' ' + what, error);
    problem.subject = name;
    return problem;
  };
  struct stat found {};
  if (lstat(path.c_str(), &found) != 0) return failed("is gone", errno);
  if (!S_ISREG(found.st_mode) || static_cast<std::uint64_t>(found.st_size) != bytes)
    return Problem{Reason::output_not_writable, name,
                   path + " was changed: found " +
                       (S_ISREG(found.st_mode) ? std::to_string(found.st_size) + " bytes"
                                               : std::string("no regular file")) +
                       ", wrote " + std::to_string(bytes)};
  if (!sync) return Done{};
  const Descriptor file(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file) return failed("cannot be opened", errno);
  if (const int error = sync_descriptor(file.get()); error != 0)
    return failed("cannot be synced", error);
  return Done{};
}

Status sync_folder(const std::string& folder) {
  const Descriptor opened(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const int error = opened ? sync_descriptor(opened.get()) : errno;
  if (error != 0) return output_problem(folder + " cannot be synced", error);
  return Done{};
}

}  // namespace dcmflow
