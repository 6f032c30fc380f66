#pragma once
// One pass over the members of a zip, or of a tar that is plain or compressed by gzip, zstd or
// bzip2: dcmflow-archives.so, a library of its own in the folder of the program, since libarchive
// brings fifteen others along that only who opens an archive needs.

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "stages/archives/archive_limits.h"
#include "stages/base/result.h"

namespace dcmflow {

struct ArchiveMember {
  enum class Kind : std::uint8_t { file, folder, symbolic_link, hard_link, special };

  std::optional<std::string> name;  // as the archive has it, any bytes; none where it has no text
  Kind kind = Kind::file;
  std::string target{};               // of a hard link: the name of the member that it is, too
  std::optional<std::uint64_t> size;  // of its bytes, where that is known before they are read
  bool is_encrypted = false;
  // Where its bytes lie in the archive as they are, so that nobody has to unpack them. They may end
  // behind the archive.
  std::optional<std::uint64_t> offset;
};

// Not thread-safe, but next() and read() may be called by different threads, one after the other.
// Problems have no subject, and libarchive's or zlib's words: archive_damaged; archive_limit.
class ArchiveReader {
 public:
  ArchiveReader() = default;
  virtual ~ArchiveReader() = default;
  ArchiveReader(const ArchiveReader&) = delete;
  ArchiveReader& operator=(const ArchiveReader&) = delete;

  // The next member, whatever was read of the one before; nullopt at the end. After a Problem there
  // is no next.
  virtual Result<std::optional<ArchiveMember>> next() = 0;
  // Further bytes of the member that next() gave, valid until the next call; none at its end. A
  // checksum that does not fit is a Problem of the last bytes.
  virtual Result<std::span<const std::uint8_t>> read() = 0;
  // Whether it unpacks one stream for all members.
  virtual bool is_compressed() const = 0;
  // Reads that to its end, within the limits. Whether what came out may not be what was packed: the
  // stream is damaged, or a checksum is that of other bytes. Not where it is only cut short.
  virtual bool is_in_doubt() = 0;
  // How far the archive was read, in bytes of it.
  virtual std::uint64_t position() const = 0;
};

}  // namespace dcmflow

// What the library exports; the caller owns the reader. nullptr: these bytes begin no archive.
// REQUIRES: the descriptor, of a file with so many bytes, stays open, and nobody moves its offset.
extern "C" dcmflow::ArchiveReader* dcmflow_begin_archive(int descriptor, std::uint64_t size,
                                                         const dcmflow::ArchiveLimits& limits);
