#include "stages/base/part_store.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "stages/base/output_folder.h"
#include "stages/base/unnamed_file.h"

namespace dcmflow {
// Not zeroed: memory that nobody writes to is none.
PartStore::PartStore(std::string folder, std::uint64_t memory_bytes, std::uint64_t disk_bytes)
    : folder_(std::move(folder)),
      memory_bytes_(memory_bytes),
      memory_(new char[memory_bytes]),
      disk_bytes_(disk_bytes) {}

bool PartStore::add(StoredText& text, std::string_view piece) {
  if (piece.empty()) return true;
  const auto offset = book(piece.size());
  if (!offset) return false;
  if (*offset < memory_bytes_) {
    std::memcpy(memory_.get() + *offset, piece.data(), piece.size());
  } else if (write(piece, *offset - memory_bytes_) != 0) {
    const Lock lock(mutex_);
    disk_bytes_ = 0;
    return false;
  }
  auto& extents = text.extents;
  // What lies in memory and what lies in the file never touch: they are read differently.
  if (!extents.empty() && extents.back().offset + extents.back().bytes == *offset &&
      *offset != memory_bytes_)
    extents.back().bytes += piece.size();
  else
    extents.push_back({*offset, piece.size()});
  return true;
}

std::optional<std::uint64_t> PartStore::book(std::uint64_t bytes) {
  const Lock lock(mutex_);
  if (bytes <= memory_bytes_ - memory_end_) return std::exchange(memory_end_, memory_end_ + bytes);
  if (disk_end_ > disk_bytes_ || bytes > disk_bytes_ - disk_end_ || !open_file())
    return std::nullopt;
  return memory_bytes_ + std::exchange(disk_end_, disk_end_ + bytes);
}

bool PartStore::open_file() {
  if (file_) return true;
  file_ = open_unnamed_file(folder_, "texts");
  if (!file_) disk_bytes_ = 0;
  return bool{file_};
}

int PartStore::write(std::string_view piece, std::uint64_t at) const {
  while (!piece.empty()) {
    const ssize_t written = pwrite(file_.get(), piece.data(), piece.size(), static_cast<off_t>(at));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return written == 0 ? EIO : errno;
    piece.remove_prefix(static_cast<std::size_t>(written));
    at += static_cast<std::uint64_t>(written);
  }
  return 0;
}

Result<std::string_view> PartReader::next() {
  while (extent_ < text_.extents.size() && done_ == text_.extents[extent_].bytes) {
    ++extent_;
    done_ = 0;
  }
  if (extent_ == text_.extents.size()) return std::string_view{};
  const auto& extent = text_.extents[extent_];
  const std::uint64_t at = extent.offset + done_;
  const std::size_t bytes = std::min(piece_bytes_, extent.bytes - done_);
  if (at < store_.memory_bytes_) {
    done_ += bytes;
    return std::string_view(store_.memory_.get() + at, bytes);
  }
  buffer_.resize(bytes);
  ssize_t got = -1;
  do {
    got = pread(store_.file_.get(), buffer_.data(), bytes,
                static_cast<off_t>(at - store_.memory_bytes_));
  } while (got < 0 && errno == EINTR);
  if (got <= 0)
    return output_problem("what waits in " + store_.folder_ + " cannot be read again",
                          got == 0 ? EIO : errno);
  done_ += static_cast<std::uint64_t>(got);
  return std::string_view(buffer_.data(), static_cast<std::size_t>(got));
}

}  // namespace dcmflow
