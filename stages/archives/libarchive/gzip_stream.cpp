#include "stages/archives/libarchive/gzip_stream.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include "stages/archives/libarchive/archive_feed.h"
#include "stages/base/system_words.h"

namespace dcmflow {
namespace {

constexpr std::size_t packed_block = 256 << 10;
constexpr std::size_t unpacked_block = 64 << 10;  // the limit of headers counts whole blocks
constexpr int gzip_header = 16;

}  // namespace

bool GzipStream::is_at(int descriptor, std::uint64_t offset, std::uint64_t size) {
  std::array<std::uint8_t, 2> first{};
  return offset <= size && size - offset >= first.size() &&
         read_some(descriptor, first.data(), first.size(), offset) == ssize_t{first.size()} &&
         first[0] == 0x1F && first[1] == 0x8B;
}

GzipStream::GzipStream(int descriptor, std::uint64_t size)
    : descriptor_(descriptor), size_(size), packed_(packed_block), unpacked_(unpacked_block) {
  if (inflateInit2(&z_, MAX_WBITS + gzip_header) != Z_OK) fail("there is no memory to unpack it");
}

GzipStream::~GzipStream() { inflateEnd(&z_); }

void GzipStream::fail(const std::string& words) {
  failed_ = Problem{Reason::archive_damaged, {}, words};
}

Result<std::span<const std::uint8_t>> GzipStream::read() {
  z_.next_out = unpacked_.data();
  z_.avail_out = static_cast<uInt>(unpacked_.size());
  while (z_.avail_out > 0 && !has_ended_ && !failed_) step();
  const auto got = unpacked_.size() - z_.avail_out;
  if (got == 0 && failed_) return *failed_;
  return std::span<const std::uint8_t>(unpacked_).first(got);
}

// At the end of the file there may still be something to unpack.
void GzipStream::step() {
  fill();
  if (failed_) return;
  const int code = inflate(&z_, Z_NO_FLUSH);
  if (code == Z_STREAM_END) return begin_next();
  if (code == Z_BUF_ERROR) return fail("its gzip stream is cut short");
  is_in_doubt_ = code != Z_OK;
  if (is_in_doubt_)
    fail(std::string("its gzip stream is damaged: ") + (z_.msg ? z_.msg : zError(code)));
}

void GzipStream::fill() {
  if (z_.avail_in > 0) return;
  const auto count = std::min<std::uint64_t>(packed_.size(), size_ - at_);
  const auto got = read_some(descriptor_, packed_.data(), count, at_);
  if (got < 0) return fail("cannot be read: " + system_words(errno));
  at_ += static_cast<std::uint64_t>(got);
  z_.next_in = packed_.data();
  z_.avail_in = static_cast<uInt>(got);
}

// Behind a gzip member comes another, or nothing; zeros fill a tape.
void GzipStream::begin_next() {
  const auto end = position();
  if (is_at(descriptor_, end, size_)) {
    inflateReset(&z_);
    return;
  }
  for (fill(); !failed_ && z_.avail_in > 0; fill()) {
    const auto* const first =
        std::find_if(z_.next_in, z_.next_in + z_.avail_in, [](auto byte) { return byte != 0; });
    if (first != z_.next_in + z_.avail_in)
      return fail("its gzip stream ends at byte " + std::to_string(end) +
                  ", and what follows is none");
    z_.avail_in = 0;
  }
  has_ended_ = true;
}

}  // namespace dcmflow
