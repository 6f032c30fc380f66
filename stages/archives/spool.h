#pragma once
// Where unpacked bytes wait until their pixels are read.

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "stages/base/descriptor.h"
#include "stages/base/result.h"

namespace dcmflow {

// One file without a name, so that whatever ends the process leaves nothing; nobody but the user
// may read it (0600). It is made when the first bytes come, and is there as long as anybody holds
// its descriptor. Bytes that are kept never move, and may be read while others are added. Not
// thread-safe. Problem{spool_failed}, without a subject: what was asked for, and what is free.
class Spool {
 public:
  // The folder has to be there when the first bytes come.
  explicit Spool(std::string folder) : folder_(std::move(folder)) {}

  // Books space for as many bytes, where the file system can; 0: it is not known how many come.
  Status begin(std::uint64_t bytes);
  Status append(std::span<const std::uint8_t> bytes);
  // What was appended since the last keep() stays; where it begins.
  std::uint64_t keep();
  // It is gone, and its space is free.
  void drop();
  const std::shared_ptr<const Descriptor>& descriptor() const { return file_; }

 private:
  Status open();
  Problem failed(const std::string& what, int error) const;

  const std::string folder_;
  std::shared_ptr<const Descriptor> file_;
  std::uint64_t kept_ = 0;  // bytes
  std::uint64_t end_ = 0;
};

}  // namespace dcmflow
