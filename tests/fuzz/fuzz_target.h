#pragma once
// What the fuzz targets share: the entry that libFuzzer calls, and a promise that is broken ends
// the process, so that libFuzzer keeps the input.

#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "stages/dicom_types.h"

// libFuzzer's entry: any bytes, once for each execution.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* input, std::size_t size);

namespace dcmflow::fuzz {

using Bytes = std::vector<std::uint8_t>;

// Ends the process when what the contract of a header says does not hold.
inline void promise(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", what);
  std::abort();
}

// A file of the input that has these bytes and lies in memory.
class MemoryFile {
 public:
  explicit MemoryFile(std::span<const std::uint8_t> bytes)
      : descriptor_(memfd_create("fuzz", MFD_CLOEXEC)) {
    for (std::size_t done = 0; descriptor_ >= 0 && done < bytes.size();) {
      const auto count = write(descriptor_, bytes.data() + done, bytes.size() - done);
      if (count <= 0) throw std::runtime_error("memfd");
      done += static_cast<std::size_t>(count);
    }
    file_ = share(File{.root = std::make_shared<const std::string>("/proc/self/fd"),
                       .name = std::to_string(descriptor_),
                       .size = bytes.size()});
  }
  ~MemoryFile() { close(descriptor_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  const FilePtr& file() const { return file_; }

 private:
  int descriptor_;
  FilePtr file_;
};

}  // namespace dcmflow::fuzz
