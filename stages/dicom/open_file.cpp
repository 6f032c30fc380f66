#include "stages/dicom/open_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "stages/base/open_path.h"
#include "stages/base/stable_hash.h"

namespace dcmflow {
namespace {

// A FIFO or device that took the name of a file is seen by fstat, and must not be waited for.
constexpr int reading = O_RDONLY | O_NONBLOCK | O_NOCTTY;

std::uint64_t nanoseconds(const struct timespec& time) {
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(time.tv_nsec);
}

// The folder of the last file of this thread.
struct OpenFolder {
  std::string path;
  Descriptor opened;

  bool is_of(const File& file, std::size_t slash) const {
    const auto& root = *file.root;
    return opened && path.size() == root.size() + 1 + slash &&
           path.compare(0, root.size(), root) == 0 && path[root.size()] == '/' &&
           path.compare(root.size() + 1, slash, file.place(), 0, slash) == 0;
  }
};

std::string sizes(std::uint64_t before, std::uint64_t now) {
  return std::to_string(before) + " bytes then, " + std::to_string(now) + " now";
}

// Beside the folder of the last one, which stays open for this thread. Empty: errno says why.
Descriptor open_file(const File& file) {
  thread_local OpenFolder last;
  const auto& name = file.place();
  const auto slash = name.rfind('/');
  if (slash == std::string::npos || name.starts_with('/')) return open_path(file.path(), reading);
  if (!last.is_of(file, slash)) {
    last.path = *file.root + '/' + name.substr(0, slash);
    last.opened.reset();
    last.opened = open_path(last.path, O_PATH | O_DIRECTORY);
  }
  if (last.opened)
    if (auto opened = open_at(last.opened.get(), name.substr(slash + 1), reading)) return opened;
  // The folder may have been replaced by another, or there may be no descriptor for it.
  last.opened.reset();
  return open_path(file.path(), reading);
}

}  // namespace

FileVersion version_of(const struct stat& found) {
  return {.inode = found.st_ino,
          .modified = nanoseconds(found.st_mtim),
          .changed = nanoseconds(found.st_ctim)};
}

FileIdentity identity_of(const struct stat& found, bool on_any_machine) {
  if (!on_any_machine) return {found.st_dev, found.st_ino};
  const auto version = version_of(found);
  return {stable_hash(std::to_string(found.st_size) + ' ' + std::to_string(version.modified) + ' ' +
                      std::to_string(version.changed)),
          found.st_ino};
}

Result<OpenFile> OpenFile::open(const FilePtr& file) {
  OpenFile opened(file);
  if (file->packed() && file->packed()->spool) {
    opened.spool_ = file->packed()->spool;
    return opened;
  }
  opened.descriptor_ = open_file(opened.whole());
  if (!opened.descriptor_)
    return Problem{Reason::unreadable, file->name,
                   std::string("cannot be opened: ") + std::strerror(errno)};
  if (auto same = opened.check_unchanged(); !same) return same.problem();
  return opened;
}

Status OpenFile::check_unchanged() const {
  if (spool_ || file_->version == FileVersion{}) return Done{};
  const File& found = whole();
  struct stat now {};
  if (fstat(descriptor_.get(), &now) != 0)
    return Problem{Reason::unreadable, file_->name,
                   std::string("cannot be looked at: ") + std::strerror(errno)};
  const auto size = static_cast<std::uint64_t>(now.st_size);
  const auto version = version_of(now);
  if (version == found.version && size == found.size) return Done{};
  return Problem{
      Reason::changed_during_run, file_->name,
      std::string(file_->packed() ? "of the archive: " : "") +
          (version.inode != found.version.inode ? "another file has its name now: "
                                                : "it was changed since it was found: ") +
          sizes(found.size, size)};
}

}  // namespace dcmflow
