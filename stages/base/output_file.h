#pragma once
// A file that appears under its final name only when it is complete.

#include <atomic>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

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

  // `name` is a bare file name of at most 255 bytes; an existing file of that name is replaced by
  // commit().
  static Result<OutputFile> create(const std::string& folder, const std::string& name);

  // Books disk space for `bytes` in one piece, so that a full disk is known before any work is
  // done. A file system that cannot book is no Problem.
  Status reserve(std::uint64_t bytes);
  Status write_at(std::uint64_t offset, std::span<const std::uint8_t> bytes);
  Status append(std::span<const std::uint8_t> bytes);
  Status append(std::string_view text);
  // Where the file stands until commit(), for a program that writes it by its name; then
  // wrote_by_name() keeps all that it wrote.
  std::string temporary_path() const { return path_of(temporary_name_); }
  Status wrote_by_name();
  // Cuts the file behind the last byte that was written, closes it and gives it its final name.
  // After a Problem nothing remains.
  Status commit();

  const std::string& name() const { return name_; }

 private:
  std::string path_of(const std::string& name) const { return folder_ + '/' + name; }
  Problem failed(const std::string& what, int error) const;
  void discard() noexcept;

  int descriptor_ = -1;
  std::uint64_t append_at_ = 0;         // where append goes on
  std::atomic<std::uint64_t> end_ = 0;  // behind the highest byte written
  std::string folder_;
  std::string name_;
  std::string temporary_name_;  // empty when there is nothing to remove
};

// Whether files can be created in the folder (made if missing); Problem{output_not_writable} with
// why not.
Status check_writable_folder(const std::string& folder);

}  // namespace dcmflow
