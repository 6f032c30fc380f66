#pragma once
// Random access to the bytes of a data set through one window, whatever lies behind it: a file or
// an inflated stream.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace dcmflow {

// Not thread-safe. The window is a buffer that the caller lends, so that a thread reads all its
// files through one buffer.
class ByteSource {
 public:
  // Reads at least `first_read` bytes the first time, then `later_reads`.
  ByteSource(std::vector<std::uint8_t>& window, std::uint64_t size, std::size_t first_read,
             std::size_t later_reads)
      : window_(window), size_(size), next_read_(first_read), later_reads_(later_reads) {}
  virtual ~ByteSource() = default;
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  // `count` bytes at `offset`, or nullptr when they are not all there. Valid until the next call.
  const std::uint8_t* at(std::uint64_t offset, std::size_t count) {
    if (offset >= begin_ && offset - begin_ <= filled_ && filled_ - (offset - begin_) >= count)
      return window_.data() + (offset - begin_);
    return refill(offset, count);
  }

  // Bytes in all; unknown_size when only reading tells.
  std::uint64_t size() const { return size_; }
  bool failed() const { return failed_; }  // a read failed, as distinct from the end of the data

  static constexpr std::uint64_t unknown_size = std::numeric_limits<std::uint64_t>::max() / 2;
  static constexpr std::size_t window_bytes = 64 * 1024;  // read at once where all will be used

 protected:
  // Up to `count` bytes from `offset` into `into`; fewer at the end of the data, -1 on an error.
  virtual std::ptrdiff_t read(std::uint64_t offset, std::uint8_t* into, std::size_t count) = 0;

 private:
  const std::uint8_t* refill(std::uint64_t offset, std::size_t count);

  std::vector<std::uint8_t>& window_;
  std::uint64_t begin_ = 0;  // offset of the first byte in the window
  std::size_t filled_ = 0;
  std::uint64_t size_;
  std::size_t next_read_;
  const std::size_t later_reads_;
  bool failed_ = false;
};

// The bytes of an open file. Does not close the descriptor. `expected` is how far the file will
// probably be read: reading more takes longer than the header does, and reading on costs little.
class FileSource : public ByteSource {
 public:
  FileSource(int descriptor, std::uint64_t size, std::vector<std::uint8_t>& window,
             std::size_t expected = window_bytes)
      : ByteSource(window, size, expected, page_bytes), descriptor_(descriptor) {}
  static constexpr std::size_t page_bytes = 4 * 1024;

 protected:
  std::ptrdiff_t read(std::uint64_t offset, std::uint8_t* into, std::size_t count) override;

 private:
  int descriptor_;
};

// The data set of a deflated file (PS3.5 A.5): raw deflate from `begin` of `file` to its end.
// Offsets are those of the inflated data set; they may only grow by more than a window, since a
// stream cannot go back.
class InflateSource : public ByteSource {
 public:
  InflateSource(ByteSource& file, std::uint64_t begin, std::vector<std::uint8_t>& window);
  ~InflateSource() override;

 protected:
  std::ptrdiff_t read(std::uint64_t offset, std::uint8_t* into, std::size_t count) override;

 private:
  struct Stream;
  bool inflate_some(std::uint8_t* into, std::size_t count, std::size_t& got);

  ByteSource& file_;
  std::uint64_t file_at_;
  std::uint64_t position_ = 0;  // inflated bytes given so far
  Stream* stream_;
};

}  // namespace dcmflow
