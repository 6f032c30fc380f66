#pragma once
// Random access to the bytes of a data set through one window, whatever lies behind it: a file,
// bytes in memory, or an inflated stream. No Problems: null or short where bytes are missing, and
// failed() tells why.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
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

  // As many of the `count` bytes at `offset` as there are. Valid until the next call.
  std::span<const std::uint8_t> up_to(std::uint64_t offset, std::size_t count);

  // Bytes in all; unknown_size when only reading tells.
  std::uint64_t size() const { return size_; }
  bool failed() const { return failed_; }  // a read failed, as distinct from the end of the data

  static constexpr std::uint64_t unknown_size = std::numeric_limits<std::uint64_t>::max() / 2;
  static constexpr std::size_t window_bytes = 64 * 1024;  // read at once where all will be used

 protected:
  // All bytes are in the window.
  ByteSource(std::vector<std::uint8_t>& window, std::size_t size)
      : window_(window), filled_(size), size_(size), next_read_(0), later_reads_(0) {}

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

// The bytes of an open file, of `size` from `begin` on. Does not close the descriptor. `expected`
// is how far the file will probably be read: reading more takes longer than the header does, and
// reading on costs little.
class FileSource : public ByteSource {
 public:
  FileSource(int descriptor, std::uint64_t size, std::vector<std::uint8_t>& window,
             std::size_t expected = window_bytes, std::uint64_t begin = 0)
      : ByteSource(window, size, expected, page_bytes), descriptor_(descriptor), origin_(begin) {}
  static constexpr std::size_t page_bytes = 4 * 1024;

 protected:
  std::ptrdiff_t read(std::uint64_t offset, std::uint8_t* into, std::size_t count) override;

 private:
  const int descriptor_;
  const std::uint64_t origin_;
};

// Bytes that lie in memory already: those at the beginning of `bytes`.
class BufferSource : public ByteSource {
 public:
  BufferSource(std::vector<std::uint8_t>& bytes, std::size_t size) : ByteSource(bytes, size) {}

 protected:
  std::ptrdiff_t read(std::uint64_t, std::uint8_t*, std::size_t) override { return 0; }
};

// What a deflated stream holds, from `begin` of `file` to the stream's end. Offsets are those of
// the inflated bytes. Going back by more than the window means inflating again from a place that
// was remembered on the way, about a megabyte before. Damage, and inflating more than `budget`
// bytes (what a few kilobytes can grow to), is a failure.
class InflateSource : public ByteSource {
 public:
  // raw: the data set of a deflated file (PS3.5 A.5). gzip: RFC 1952, its members one after the
  // other.
  enum class Wrapping : std::uint8_t { raw, gzip };

  InflateSource(ByteSource& file, std::uint64_t begin, std::vector<std::uint8_t>& window,
                Wrapping wrapping = Wrapping::raw, std::uint64_t budget = unknown_size);
  ~InflateSource() override;

  // From now on.
  void allow(std::uint64_t budget) { budget_ = budget; }
  bool is_over_budget() const { return over_budget_; }

  // How far the places that are remembered are apart at first; doubled when they are many. Each
  // takes about 40 KB.
  static constexpr std::uint64_t first_step = 1 << 20;
  static constexpr std::size_t most_remembered = 256;

  // No stream inflates to more than this many times its bytes.
  static constexpr std::uint64_t largest_ratio = 1032;

 protected:
  std::ptrdiff_t read(std::uint64_t offset, std::uint8_t* into, std::size_t count) override;

 private:
  struct Stream;
  std::unique_ptr<Stream> copy_of(const Stream& stream) const;
  bool go_to(std::uint64_t offset);
  void remember();
  bool inflate_some(std::uint8_t* into, std::size_t count, std::size_t& got);
  bool next_member();

  ByteSource& file_;
  const std::uint64_t begin_;
  const Wrapping wrapping_;
  std::uint64_t budget_;  // bytes that may still be inflated
  bool over_budget_ = false;
  std::unique_ptr<Stream> stream_;
  std::vector<std::unique_ptr<Stream>> remembered_;  // in their order, about step_ apart
  std::uint64_t step_ = first_step;
};

// Whether the bytes begin like a gzip file (RFC 1952 2.3.1).
bool is_gzip(ByteSource& file);

}  // namespace dcmflow
