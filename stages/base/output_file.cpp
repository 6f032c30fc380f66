#include "stages/base/output_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <limits>
#include <system_error>

#include "stages/base/filesystem.h"
#include "stages/base/journal.h"
#include "stages/base/output_place.h"
#include "stages/base/plain_name.h"

namespace dcmflow {
namespace {

constexpr std::size_t longest_name = 255;  // NAME_MAX of Linux file systems
constexpr std::uint64_t longest_file = std::numeric_limits<off_t>::max();

// Enough for a disk to write in one go, and little to wait for at the end.
constexpr std::uint64_t write_back_bytes = std::uint64_t{8} << 20;

bool is_bare_name(const std::string& name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos &&
         name.find('\0') == std::string::npos;
}

std::size_t longest_part(std::string_view path) {
  std::size_t longest = 0;
  while (!path.empty()) {
    const auto part = path.substr(0, path.find('/'));
    longest = std::max(longest, part.size());
    path.remove_prefix(std::min(path.size(), part.size() + 1));
  }
  return longest;
}

// Unique within this process; another process or an earlier one that was killed may hold the same
// name, so create() goes on to the next.
std::string next_temporary_name() {
  static std::atomic<std::uint64_t> counter = 0;
  return std::string(temporary_prefix) + std::to_string(getpid()) + '-' +
         std::to_string(counter.fetch_add(1)) + ".part";
}

}  // namespace

Result<OutputFile> OutputFile::create(const OutputFolder& folder, const std::string& name) {
  OutputFile file;
  file.folder_ = folder;
  file.name_ = name;
  if (!is_bare_name(name) && !is_plain_path(name))
    return Problem{Reason::output_not_writable, name,
                   "'" + name + "' is no file name in " + folder.path};
  if (const auto bytes = longest_part(name); bytes > longest_name)
    return Problem{Reason::output_not_writable, name,
                   "the file name has " + std::to_string(bytes) + " bytes, at most " +
                       std::to_string(longest_name) + " are possible"};
  int error = EEXIST;
  while (!file.descriptor_ && (error == EEXIST || error == EINTR)) {
    std::string temporary = next_temporary_name();
    file.descriptor_.reset(
        open(file.path_of(temporary).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    error = errno;
    if (file.descriptor_) file.temporary_name_ = std::move(temporary);
  }
  if (!file.descriptor_) return file.failed("cannot be created", error);
  return file;
}

OutputFile::OutputFile(OutputFile&& other) noexcept { *this = std::move(other); }

OutputFile& OutputFile::operator=(OutputFile&& other) noexcept {
  if (this == &other) return *this;
  discard();
  descriptor_ = std::move(other.descriptor_);
  append_at_ = std::exchange(other.append_at_, 0);
  write_back_at_ = std::exchange(other.write_back_at_, 0);
  end_ = other.end_.exchange(0);
  modified_ns_ = other.modified_ns_;
  folder_ = std::move(other.folder_);
  name_ = std::move(other.name_);
  temporary_name_ = std::exchange(other.temporary_name_, {});
  return *this;
}

OutputFile::~OutputFile() { discard(); }

void OutputFile::discard() noexcept {
  descriptor_.reset();
  if (!temporary_name_.empty()) unlink(path_of(temporary_name_).c_str());
  temporary_name_.clear();
}

Problem OutputFile::failed(const std::string& what, int error) const {
  auto problem = output_problem(path_of(name_) + ' ' + what, error);
  problem.subject = name_;
  return problem;
}

// fallocate, not posix_fallocate: where a file system cannot book, the latter writes into every
// block instead, which is slow.
Status OutputFile::reserve(std::uint64_t bytes) {
  const std::string what = "cannot get " + std::to_string(bytes) + " bytes";
  if (bytes > longest_file) return failed(what, EFBIG);
  if (bytes == 0) return Done{};
  // What cannot fit is not tried: a booking that fails half way takes the space of other images
  // until it is undone.
  struct statvfs disk {};
  if (fstatvfs(descriptor_.get(), &disk) == 0 && disk.f_blocks > 0 &&
      bytes / disk.f_frsize > disk.f_bavail)
    return failed(what + " with " + std::to_string(disk.f_bavail * disk.f_frsize) + " free",
                  ENOSPC);
  int error = 0;
  do {
    error = fallocate(descriptor_.get(), 0, 0, static_cast<off_t>(bytes)) == 0 ? 0 : errno;
  } while (error == EINTR);
  if (error == 0 || error == EOPNOTSUPP || error == EINVAL || error == ENOSYS) return Done{};
  return failed(what, error);
}

Status OutputFile::write_at(std::uint64_t offset, std::span<const std::uint8_t> bytes) {
  const auto what = [&] {
    return "cannot take " + std::to_string(bytes.size()) + " bytes at " + std::to_string(offset);
  };
  if (offset > longest_file || bytes.size() > longest_file - offset) return failed(what(), EFBIG);
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t written = pwrite(descriptor_.get(), bytes.data() + done, bytes.size() - done,
                                   static_cast<off_t>(offset + done));
    if (written > 0)
      done += static_cast<std::size_t>(written);
    else if (written == 0 || errno != EINTR)
      return failed(what(), written == 0 ? EIO : errno);
  }
  std::uint64_t end = end_.load();
  while (end < offset + bytes.size() && !end_.compare_exchange_weak(end, offset + bytes.size())) {
  }
  return Done{};
}

Status OutputFile::append(std::span<const std::uint8_t> bytes) {
  Status status = write_at(append_at_, bytes);
  if (!status) return status;
  append_at_ += bytes.size();
  if (folder_.sync && append_at_ - write_back_at_ >= write_back_bytes) {
    // Without waiting: by the time that the file is synced most of it is on the disk.
    static_cast<void>(sync_file_range(descriptor_.get(), static_cast<off_t>(write_back_at_),
                                      static_cast<off_t>(append_at_ - write_back_at_),
                                      SYNC_FILE_RANGE_WRITE));
    write_back_at_ = append_at_;
  }
  return status;
}

Status OutputFile::append(std::string_view text) {
  return append(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

Status OutputFile::append_zeros(std::uint64_t bytes) {
  if (append_at_ > longest_file || bytes > longest_file - append_at_)
    return failed(
        "cannot take " + std::to_string(bytes) + " bytes at " + std::to_string(append_at_), EFBIG);
  append_at_ += bytes;
  end_ = std::max(end_.load(), append_at_);
  return Done{};
}

void OutputFile::append_from(std::uint64_t offset) {
  end_ = append_at_ = offset;
  write_back_at_ = std::min(write_back_at_, offset);
}

Status OutputFile::wrote_by_name() {
  struct stat found {};
  if (fstat(descriptor_.get(), &found) != 0) return failed("cannot be measured", errno);
  end_ = static_cast<std::uint64_t>(found.st_size);
  return Done{};
}

Status OutputFile::abandon(const char* what) {
  Problem problem = failed(what, errno);
  discard();
  return problem;
}

// Network file systems report a full disk as late as close(), and may set the time only then.
Status OutputFile::finish() {
  if (ftruncate(descriptor_.get(), static_cast<off_t>(end_.load())) != 0)
    return abandon("cannot be cut to its length");
  if (close(descriptor_.release()) != 0 && errno != EINTR) return abandon("cannot be closed");
  struct stat found {};
  if (lstat(temporary_path().c_str(), &found) != 0) return abandon("is gone");
  modified_ns_ = std::int64_t{found.st_mtim.tv_sec} * 1'000'000'000 + found.st_mtim.tv_nsec;
  return Done{};
}

Status OutputFile::publish() {
  if (folder_.journal) {
    auto told = folder_.journal->add(name_, bytes(), modified_ns_);
    if (!told) {
      discard();
      return Problem{told.problem().reason, name_, told.problem().detail};
    }
  }
  const auto place = OutputPlace::find(folder_.path, name_, true);
  if (!place) return abandon("cannot get its folder");
  if (place.take(temporary_path()) != 0) return abandon("cannot be given its name");
  temporary_name_.clear();
  return Done{};
}

Status OutputFile::commit() {
  if (auto whole = finish(); !whole) return whole;
  if (!folder_.staged) return publish();
  auto& staged = *folder_.staged;
  staged.add(std::move(*this));
  return Done{};
}

Status publish_pair(const std::string& folder, OutputFile& header, OutputFile& voxels) {
  if (auto done = remove_output(folder, header.name()); !done) return done;
  if (auto done = voxels.publish(); !done) return done;
  auto published = header.publish();
  if (!published) static_cast<void>(remove_output(folder, voxels.name()));
  return published;
}

Status check_writable_folder(const std::string& folder) {
  FileError error;
  fs::create_directories(folder, error);
  if (error) {
    auto problem = output_problem(folder + " cannot be made", error.value());
    problem.subject = folder;
    return problem;
  }
  const auto probe = OutputFile::create(folder, "probe");
  if (!probe)
    return Problem{Reason::output_not_writable, folder,
                   "no file can be created in the folder: " + probe.problem().detail};
  return Done{};
}

}  // namespace dcmflow
