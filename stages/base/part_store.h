#pragma once
// Texts that wait for their place in a file: a few in memory, the others on the disk.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stages/base/descriptor.h"
#include "stages/base/mutex.h"
#include "stages/base/result.h"

namespace dcmflow {

// Where a text of a store lies, piece after piece.
struct StoredText {
  struct Extent {
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
  };
  std::vector<Extent> extents;
};

// Keeps at most so many bytes in memory and on the disk, the latter in a file of `folder` that has
// no name, so that whatever ends the process leaves nothing. Thread-safe.
class PartStore {
 public:
  PartStore(std::string folder, std::uint64_t memory_bytes, std::uint64_t disk_bytes);
  // Of memory: enough for all that a small run has to say.
  static constexpr std::uint64_t usual_memory = 256 << 10;
  // As many as the disk takes.
  static constexpr std::uint64_t no_limit = std::numeric_limits<std::int64_t>::max();

  // Adds a piece to a text. False when there is no room, or the disk does not take it: then the
  // text is lost, and whoever has it to give makes it again. Never a Problem.
  bool add(StoredText& text, std::string_view piece);

 private:
  friend class PartReader;
  std::optional<std::uint64_t> book(std::uint64_t bytes);
  bool open_file() REQUIRES_LOCK(mutex_);
  int write(std::string_view piece, std::uint64_t at) const;

  const std::string folder_;
  const std::uint64_t memory_bytes_;
  const std::unique_ptr<char[]> memory_;  // offsets below memory_bytes_; the file has the others

  Mutex mutex_;
  std::uint64_t disk_bytes_ GUARDED_BY(mutex_);  // 0 when the disk took something not
  std::uint64_t memory_end_ GUARDED_BY(mutex_) = 0;
  std::uint64_t disk_end_ GUARDED_BY(mutex_) = 0;
  Descriptor file_;  // opened under mutex_, once
};

// Reads a text from its beginning. For one thread; several read from one store at the same time.
class PartReader {
 public:
  // REQUIRES: nothing is added to the text any more, and both outlive the reader.
  PartReader(const PartStore& store, const StoredText& text,
             std::size_t piece_bytes = std::size_t{64} << 10)
      : store_(store), text_(text), piece_bytes_(piece_bytes) {}

  // The next piece, of at most `piece_bytes`; empty at the end. It is there until the next call.
  // Problem: the disk does not give back what it took (output_not_writable).
  Result<std::string_view> next();

 private:
  const PartStore& store_;
  const StoredText& text_;
  const std::uint64_t piece_bytes_;
  std::size_t extent_ = 0;
  std::uint64_t done_ = 0;  // of that extent
  std::vector<char> buffer_;
};

}  // namespace dcmflow
