#pragma once
// Where libarchive gets its bytes from, and how many: it has no limits of its own.

#include <archive.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "stages/archives/archive_limits.h"
#include "stages/archives/libarchive/packed_stream.h"
#include "stages/base/result.h"

namespace dcmflow {

struct FreeArchive {
  void operator()(archive* one) const { archive_read_free(one); }
};
using Archive = std::unique_ptr<archive, FreeArchive>;

// What may be read while libarchive looks for one header. For one thread.
class HeaderBudget {
 public:
  explicit HeaderBudget(std::uint64_t bytes) : bytes_(bytes) {}

  void begin_header() { left_ = bytes_; }
  void end_header() { left_.reset(); }
  // False: that is more, and `archive` is told so.
  bool take(std::uint64_t bytes, archive* archive);
  const std::optional<Problem>& exceeded() const { return exceeded_; }

 private:
  const std::uint64_t bytes_;
  std::optional<std::uint64_t> left_;
  std::optional<Problem> exceeded_;
};

// The bytes of a file, from any place. REQUIRES: outlives what it feeds.
class FileFeed {
 public:
  FileFeed(int descriptor, std::uint64_t size, std::size_t block, HeaderBudget* budget)
      : descriptor_(descriptor), size_(size), buffer_(block), budget_(budget) {}

  // Begins to read with it. Not ARCHIVE_OK: archive_error_string() says why.
  int open(archive* archive);
  // Fills all of it; false where the file has not so many bytes there.
  bool read_at(std::uint64_t offset, std::uint8_t* into, std::size_t count) const;

 private:
  static la_ssize_t give(archive* archive, void* feed, const void** bytes);
  static la_int64_t skip(archive* archive, void* feed, la_int64_t count);
  static la_int64_t seek(archive* archive, void* feed, la_int64_t offset, int whence);

  const int descriptor_;
  const std::uint64_t size_;
  std::vector<std::uint8_t> buffer_;
  HeaderBudget* const budget_;  // may be null
  std::uint64_t at_ = 0;
};

// The bytes of a compressed file, unpacked, one after the other. REQUIRES: as FileFeed.
class StreamFeed {
 public:
  StreamFeed(PackedStream& packed, std::uint64_t most_bytes, std::uint64_t packed_bytes,
             HeaderBudget& budget)
      : packed_(packed), most_bytes_(most_bytes), packed_bytes_(packed_bytes), budget_(budget) {}

  int open(archive* archive);
  // What ended it before its end; libarchive may have other words for it.
  const std::optional<Problem>& problem() const { return problem_; }

 private:
  static la_ssize_t give(archive* archive, void* feed, const void** bytes);
  la_ssize_t fail(archive* archive, const Problem& problem);

  PackedStream& packed_;
  const std::uint64_t most_bytes_, packed_bytes_;
  HeaderBudget& budget_;
  std::uint64_t given_ = 0;
  std::optional<Problem> problem_;
};

// As pread(), but for signals.
ssize_t read_some(int descriptor, std::uint8_t* into, std::size_t count, std::uint64_t offset);

// That it unpacks to more than the limit, with both numbers.
Problem too_much_unpacked(std::uint64_t packed_bytes, std::uint64_t most_bytes);

}  // namespace dcmflow
