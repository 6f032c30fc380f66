#pragma once
// gzip by zlib: libarchive tests neither its checksums nor its sizes.

#include <zlib.h>

#include <optional>
#include <string>
#include <vector>

#include "stages/archives/libarchive/packed_stream.h"

namespace dcmflow {

// All members of a gzip file (RFC 1952 2.2), one after the other, and zeros behind them.
class GzipStream : public PackedStream {
 public:
  static bool is_at(int descriptor, std::uint64_t offset, std::uint64_t size);

  GzipStream(int descriptor, std::uint64_t size);
  ~GzipStream() override;

  Result<std::span<const std::uint8_t>> read() override;
  bool is_in_doubt() const override { return is_in_doubt_; }
  std::uint64_t position() const override { return at_ - z_.avail_in; }

 private:
  void step();
  void fill();
  void begin_next();
  void fail(const std::string& words);

  const int descriptor_;
  const std::uint64_t size_;
  std::uint64_t at_ = 0;
  std::vector<std::uint8_t> packed_, unpacked_;
  z_stream z_{};
  bool has_ended_ = false;
  bool is_in_doubt_ = false;
  std::optional<Problem> failed_;
};

}  // namespace dcmflow
