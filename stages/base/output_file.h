#pragma once
// A file that appears under its final name only when it is complete.

#include <atomic>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "stages/base/descriptor.h"
#include "stages/base/output_folder.h"
#include "stages/base/result.h"

namespace dcmflow {

// Written under a hidden temporary name in the same folder, renamed by commit(); removed by the
// destructor if commit() was not reached. write_at is thread-safe for distinct ranges; the rest is
// for one thread. Problems: output_not_writable, disk_full (no space, quota or file size limit),
// with the final path and the system's words; every write is checked. REQUIRES: the process ignores
// SIGXFSZ, else a file size limit ends it before any error can be returned.
class OutputFile {
 public:
  OutputFile() = default;
  ~OutputFile();
  OutputFile(OutputFile&& other) noexcept;
  OutputFile& operator=(OutputFile&& other) noexcept;

  // `name` is a bare file name of at most 255 bytes, or a path of such names below the folder, none
  // of them hidden; an existing file of that name is replaced by commit(), which makes the folders
  // on its way.
  static Result<OutputFile> create(const OutputFolder& folder, const std::string& name);

  // Books disk space for `bytes` in one piece, so that a full disk is known before any work is
  // done. A file system that cannot book is no Problem.
  Status reserve(std::uint64_t bytes);
  Status write_at(std::uint64_t offset, std::span<const std::uint8_t> bytes);
  Status append(std::span<const std::uint8_t> bytes);
  Status append(std::string_view text);
  // Zeros, without writing them: where nobody wrote a file reads so.
  Status append_zeros(std::uint64_t bytes);
  std::uint64_t appended_bytes() const { return append_at_; }
  // What was appended from `offset` on is written over, or cut off by finish(). REQUIRES: nothing
  // was written behind it by write_at().
  void append_from(std::uint64_t offset);
  // Where the file stands until commit(), for a program that writes it by its name; then
  // wrote_by_name() keeps all that it wrote.
  std::string temporary_path() const { return path_of(temporary_name_); }
  Status wrote_by_name();
  // Cuts the file behind the last byte that was written and closes it: it is whole, and waits for
  // its name. After a Problem nothing remains.
  Status finish();
  // Tells the journal, then gives the file its final name. After a Problem nothing remains, but the
  // file that had the name before. REQUIRES: finish().
  Status publish();
  // finish(), then publish(), unless the folder stages files.
  Status commit();

  const std::string& name() const { return name_; }
  // Of the whole file. REQUIRES: finish().
  std::uint64_t bytes() const { return end_; }
  // When it was last written to, in ns since 1970. REQUIRES: finish().
  std::int64_t modified_ns() const { return modified_ns_; }

 private:
  Status abandon(const char* what);
  std::string path_of(const std::string& name) const { return folder_.path + '/' + name; }
  Problem failed(const std::string& what, int error) const;
  void discard() noexcept;

  Descriptor descriptor_;
  std::uint64_t append_at_ = 0;         // where append goes on
  std::uint64_t write_back_at_ = 0;     // up to where the disk has begun to write
  std::atomic<std::uint64_t> end_ = 0;  // behind the highest byte written
  std::int64_t modified_ns_ = 0;        // of the whole file
  OutputFolder folder_{""};
  std::string name_;
  std::string temporary_name_;  // empty when there is nothing to remove
};

// Gives an image of two files its names, so that header and voxels of a pair never belong to
// different images, whenever the run is killed: an old header goes first, then the voxels get their
// name, the header last; one that fails takes its voxels with it. REQUIRES: finish() of both.
Status publish_pair(const std::string& folder, OutputFile& header, OutputFile& voxels);

// What the names of files begin with that are being written; they end with ".part".
inline constexpr std::string_view temporary_prefix = ".dcmflow-";

// Whether files can be created in the folder (made if missing); Problem{output_not_writable} with
// why not.
Status check_writable_folder(const std::string& folder);

}  // namespace dcmflow
