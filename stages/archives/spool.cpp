#include "stages/archives/spool.h"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <limits>
#include <optional>
#include <utility>

#include "stages/base/printable.h"
#include "stages/base/system_words.h"
#include "stages/base/unnamed_file.h"

namespace dcmflow {
namespace {

constexpr std::uint64_t longest_file = std::numeric_limits<off_t>::max();

std::optional<std::uint64_t> free_bytes(int descriptor) {
  struct statvfs disk {};
  if (fstatvfs(descriptor, &disk) != 0 || disk.f_blocks == 0) return std::nullopt;
  return std::uint64_t{disk.f_bavail} * disk.f_frsize;
}

}  // namespace

Problem Spool::failed(const std::string& what, int error) const {
  const auto left = file_ ? free_bytes(file_->get()) : std::nullopt;
  return {Reason::spool_failed,
          {},
          printable(folder_) + ' ' + what +
              (left ? " with " + std::to_string(*left) + " free" : std::string()) + ": " +
              system_words(error)};
}

Status Spool::open() {
  if (file_) return Done{};
  auto made = open_unnamed_file(folder_, "spool");
  if (!made) return failed("takes no unpacked files", errno);
  file_ = std::make_shared<const Descriptor>(std::move(made));
  return Done{};
}

Status Spool::begin(std::uint64_t bytes) {
  if (auto opened = open(); !opened) return opened;
  const auto what = "cannot take " + std::to_string(bytes) + " unpacked bytes";
  if (bytes > longest_file - end_) return failed(what, EFBIG);
  if (bytes == 0) return Done{};
  // What cannot fit is not tried: it would take the space of images until it is undone.
  if (const auto left = free_bytes(file_->get()); left && bytes > *left)
    return failed(what, ENOSPC);
  int error = 0;
  do {
    error = fallocate(file_->get(), 0, static_cast<off_t>(end_), static_cast<off_t>(bytes)) == 0
                ? 0
                : errno;
  } while (error == EINTR);
  if (error == 0 || error == EOPNOTSUPP || error == EINVAL || error == ENOSYS) return Done{};
  drop();
  return failed(what, error);
}

Status Spool::append(std::span<const std::uint8_t> bytes) {
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t written = pwrite(file_->get(), bytes.data() + done, bytes.size() - done,
                                   static_cast<off_t>(end_ + done));
    if (written > 0)
      done += static_cast<std::size_t>(written);
    else if (written == 0 || errno != EINTR)
      return failed("cannot take " + std::to_string(bytes.size()) + " more unpacked bytes behind " +
                        std::to_string(end_ + done - kept_),
                    written == 0 ? EIO : errno);
  }
  end_ += bytes.size();
  return Done{};
}

std::uint64_t Spool::keep() { return std::exchange(kept_, end_); }

void Spool::drop() {
  end_ = kept_;
  if (file_) static_cast<void>(ftruncate(file_->get(), static_cast<off_t>(end_)));
}

}  // namespace dcmflow
