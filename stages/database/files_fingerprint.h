#pragma once
// A walk through the input in one text: equal texts, equal files.

#include <cstdint>
#include <string>

#include "stages/base/sha256.h"
#include "stages/dicom_types.h"

namespace dcmflow {

// How far apart two changes may be that show one time, in ns.
std::uint64_t tick_ns(const FileVersion& version);

// Of the names, sizes and times of files, and of what was said in place of a file, in the order of
// the walk. Not thread-safe.
class FilesFingerprint {
 public:
  void add(const Result<FilePtr>& found);
  std::size_t files() const { return files_; }
  // Empty when it would say too little: a problem was of the moment, or a file had changed when the
  // run began (`began_ns`, since 1970), or so shortly before that a further change would show the
  // same time.
  std::string take(std::uint64_t began_ns);

 private:
  void text(std::string_view text);
  void number(std::uint64_t value);
  void flush();

  Sha256 sha256_;
  std::string buffer_;
  std::size_t files_ = 0;
  std::uint64_t youngest_ns_ = 0;  // change of all, and its tick
  bool is_of_the_moment_ = false;
};

}  // namespace dcmflow
