#pragma once
// What a compressed file unpacks to, block after block.

#include <cstdint>
#include <memory>
#include <span>

#include "stages/base/result.h"

namespace dcmflow {

// For one thread.
class PackedStream {
 public:
  // nullptr: it is neither gzip, zstd nor bzip2. No xz: its streams may ask for a gigabyte of
  // memory. REQUIRES: the descriptor stays open.
  static std::unique_ptr<PackedStream> begin(int descriptor, std::uint64_t size);

  PackedStream() = default;
  virtual ~PackedStream() = default;
  PackedStream(const PackedStream&) = delete;
  PackedStream& operator=(const PackedStream&) = delete;

  // Further bytes, valid until the next call; none at the end. A Problem without a subject
  // (archive_damaged) comes behind all bytes that were unpacked before it, and stays.
  virtual Result<std::span<const std::uint8_t>> read() = 0;
  // Whether that Problem leaves in doubt what came before: not where the file is cut short.
  virtual bool is_in_doubt() const = 0;
  // How far the file was read.
  virtual std::uint64_t position() const = 0;
};

}  // namespace dcmflow
