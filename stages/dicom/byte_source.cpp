#include "stages/dicom/byte_source.h"

#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace dcmflow {

const std::uint8_t* ByteSource::refill(std::uint64_t offset, std::size_t count) {
  if (failed_ || offset > size_ || count > size_ - offset) return nullptr;
  const std::size_t wanted = static_cast<std::size_t>(
      std::min<std::uint64_t>(std::max(count, next_read_), size_ - offset));
  next_read_ = later_reads_;
  // What the window already holds from `offset` on is kept: a stream cannot give it twice.
  std::size_t kept = 0;
  if (offset >= begin_ && offset - begin_ < filled_) {
    kept = filled_ - static_cast<std::size_t>(offset - begin_);
    std::memmove(window_.data(), window_.data() + (offset - begin_), kept);
  }
  if (window_.size() < wanted) window_.resize(wanted);
  begin_ = offset;
  filled_ = kept;
  while (filled_ < wanted) {
    const auto got = read(begin_ + filled_, window_.data() + filled_, wanted - filled_);
    if (got < 0) failed_ = true;
    if (got <= 0) break;
    filled_ += static_cast<std::size_t>(got);
  }
  return filled_ >= count ? window_.data() : nullptr;
}

std::span<const std::uint8_t> ByteSource::up_to(std::uint64_t offset, std::size_t count) {
  if (offset >= size_) return {};
  count = static_cast<std::size_t>(std::min<std::uint64_t>(count, size_ - offset));
  if (const auto* bytes = at(offset, count)) return {bytes, count};
  // What could be read is in the window.
  if (failed_ || offset < begin_ || offset - begin_ > filled_) return {};
  return std::span<const std::uint8_t>(window_).subspan(offset - begin_,
                                                        filled_ - (offset - begin_));
}

std::ptrdiff_t FileSource::read(std::uint64_t offset, std::uint8_t* into, std::size_t count) {
  ssize_t got = 0;
  do got = ::pread(descriptor_, into, count, static_cast<off_t>(offset));
  while (got < 0 && errno == EINTR);
  return got;
}

struct InflateSource::Stream {
  z_stream z{};
  bool ended = false;
};

InflateSource::InflateSource(ByteSource& file, std::uint64_t begin,
                             std::vector<std::uint8_t>& window, Wrapping wrapping,
                             std::uint64_t budget)
    : ByteSource(window, unknown_size, window_bytes, window_bytes),
      file_(file),
      begin_(begin),
      wrapping_(wrapping),
      file_at_(begin),
      budget_(budget),
      stream_(std::make_unique<Stream>()) {
  constexpr int gzip_header = 16;
  const int bits = wrapping == Wrapping::gzip ? MAX_WBITS + gzip_header : -MAX_WBITS;
  if (inflateInit2(&stream_->z, bits) != Z_OK) stream_->ended = true;
}

InflateSource::~InflateSource() { inflateEnd(&stream_->z); }

bool InflateSource::inflate_some(std::uint8_t* into, std::size_t count, std::size_t& got) {
  constexpr std::size_t step = 32 * 1024;
  const auto input = file_.up_to(file_at_, step);
  if (input.empty() && file_.failed()) return false;
  auto& z = stream_->z;
  z.next_in = const_cast<Bytef*>(input.data());  // zlib does not write there
  z.avail_in = static_cast<uInt>(input.size());
  z.next_out = into;
  z.avail_out = static_cast<uInt>(std::min<std::size_t>(count, 1u << 30));
  const auto room = z.avail_out;
  const int code = inflate(&z, Z_NO_FLUSH);
  file_at_ += input.size() - z.avail_in;
  got = room - z.avail_out;
  if (code == Z_STREAM_END) stream_->ended = !next_member();
  if (code == Z_BUF_ERROR && input.empty()) stream_->ended = true;
  return code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR;
}

// Programs that compress in blocks write many members. What follows the last one is padding.
bool InflateSource::next_member() {
  if (wrapping_ != Wrapping::gzip) return false;
  const auto* magic = file_.at(file_at_, 2);
  return magic && magic[0] == 0x1F && magic[1] == 0x8B && inflateReset(&stream_->z) == Z_OK;
}

bool InflateSource::start_again() {
  stream_->ended = false;
  file_at_ = begin_;
  position_ = 0;
  return inflateReset(&stream_->z) == Z_OK;
}

std::ptrdiff_t InflateSource::read(std::uint64_t offset, std::uint8_t* into, std::size_t count) {
  if (offset < position_ && !start_again()) return -1;
  while (!stream_->ended) {
    const auto skip = offset - position_;
    std::size_t got = 0;
    if (!inflate_some(into, skip > 0 ? std::min<std::uint64_t>(skip, count) : count, got))
      return -1;
    over_budget_ = got > budget_;
    if (over_budget_) return -1;
    budget_ -= got;
    position_ += got;
    if (skip == 0 && got > 0) return static_cast<std::ptrdiff_t>(got);
  }
  return 0;
}

bool is_gzip(ByteSource& file) {
  constexpr std::uint8_t deflated = 8;
  const auto* magic = file.at(0, 3);
  return magic && magic[0] == 0x1F && magic[1] == 0x8B && magic[2] == deflated;
}

}  // namespace dcmflow
