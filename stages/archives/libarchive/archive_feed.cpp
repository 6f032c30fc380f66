#include "stages/archives/libarchive/archive_feed.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <string>

#include "stages/base/system_words.h"

namespace dcmflow {
namespace {

// What a callback gives in place of bytes.
constexpr la_ssize_t failed = ARCHIVE_FATAL;

}  // namespace

ssize_t read_some(int descriptor, std::uint8_t* into, std::size_t count, std::uint64_t offset) {
  ssize_t got = 0;
  do got = ::pread(descriptor, into, count, static_cast<off_t>(offset));
  while (got < 0 && errno == EINTR);
  return got;
}

Problem too_much_unpacked(std::uint64_t packed_bytes, std::uint64_t most_bytes) {
  return {Reason::archive_limit,
          {},
          std::to_string(packed_bytes) + " bytes unpack to more than " +
              std::to_string(most_bytes) + "; expected at most so many"};
}

bool HeaderBudget::take(std::uint64_t bytes, archive* archive) {
  if (!left_) return true;
  if (bytes <= *left_) {
    *left_ -= bytes;
    return true;
  }
  exceeded_ = Problem{Reason::archive_limit,
                      {},
                      "more than " + std::to_string(bytes_) +
                          " bytes of headers before one member; expected at most so many"};
  archive_set_error(archive, EFBIG, "%s", exceeded_->detail.c_str());
  return false;
}

int FileFeed::open(archive* archive) {
  archive_read_set_read_callback(archive, give);
  archive_read_set_skip_callback(archive, skip);
  archive_read_set_seek_callback(archive, seek);
  archive_read_set_callback_data(archive, this);
  return archive_read_open1(archive);
}

la_ssize_t FileFeed::give(archive* archive, void* data, const void** bytes) {
  auto& feed = *static_cast<FileFeed*>(data);
  const auto count = std::min<std::uint64_t>(feed.buffer_.size(), feed.size_ - feed.at_);
  if (feed.budget_ != nullptr && !feed.budget_->take(count, archive)) return failed;
  const auto got = read_some(feed.descriptor_, feed.buffer_.data(), count, feed.at_);
  if (got < 0) {
    archive_set_error(archive, errno, "cannot be read: %s", system_words(errno).c_str());
    return failed;
  }
  feed.at_ += static_cast<std::uint64_t>(got);
  *bytes = feed.buffer_.data();
  return got;
}

la_int64_t FileFeed::skip(archive*, void* data, la_int64_t count) {
  auto& feed = *static_cast<FileFeed*>(data);
  const auto skipped = std::min<std::uint64_t>(
      static_cast<std::uint64_t>(std::max<la_int64_t>(0, count)), feed.size_ - feed.at_);
  feed.at_ += skipped;
  return static_cast<la_int64_t>(skipped);
}

la_int64_t FileFeed::seek(archive* archive, void* data, la_int64_t offset, int whence) {
  auto& feed = *static_cast<FileFeed*>(data);
  const auto size = static_cast<la_int64_t>(feed.size_);
  const auto base = whence == SEEK_SET   ? 0
                    : whence == SEEK_CUR ? static_cast<la_int64_t>(feed.at_)
                                         : size;
  // The sum cannot overflow where it is in the file.
  if (offset < -base || offset > size - base) {
    archive_set_error(archive, EINVAL, "an offset beyond its %lld bytes",
                      static_cast<long long>(size));
    return failed;
  }
  feed.at_ = static_cast<std::uint64_t>(base + offset);
  return base + offset;
}

bool FileFeed::read_at(std::uint64_t offset, std::uint8_t* into, std::size_t count) const {
  if (offset > size_ || count > size_ - offset) return false;
  for (std::size_t done = 0; done < count;) {
    const auto got = read_some(descriptor_, into + done, count - done, offset + done);
    if (got <= 0) return false;
    done += static_cast<std::size_t>(got);
  }
  return true;
}

int StreamFeed::open(archive* archive) {
  archive_read_set_read_callback(archive, give);
  archive_read_set_callback_data(archive, this);
  return archive_read_open1(archive);
}

la_ssize_t StreamFeed::give(archive* archive, void* data, const void** bytes) {
  auto& feed = *static_cast<StreamFeed*>(data);
  const auto got = feed.packed_.read();
  if (!got) return feed.fail(archive, got.problem());
  feed.given_ += got->size();
  if (feed.given_ > feed.most_bytes_)
    return feed.fail(archive, too_much_unpacked(feed.packed_bytes_, feed.most_bytes_));
  *bytes = got->data();
  return feed.budget_.take(got->size(), archive) ? static_cast<la_ssize_t>(got->size()) : failed;
}

la_ssize_t StreamFeed::fail(archive* archive, const Problem& problem) {
  problem_ = problem;
  archive_set_error(archive, EIO, "%s", problem.detail.c_str());
  return failed;
}

}  // namespace dcmflow
