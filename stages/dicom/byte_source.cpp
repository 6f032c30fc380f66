#include "stages/dicom/byte_source.h"

#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <utility>

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
  do got = ::pread(descriptor_, into, count, static_cast<off_t>(origin_ + offset));
  while (got < 0 && errno == EINTR);
  return got;
}

struct InflateSource::Stream {
  z_stream z{};
  bool ended = false;
  std::uint64_t file_at = 0;   // of the next byte that is taken in
  std::uint64_t position = 0;  // of the next byte that is inflated

  Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() { inflateEnd(&z); }
};

InflateSource::InflateSource(ByteSource& file, std::uint64_t begin,
                             std::vector<std::uint8_t>& window, Wrapping wrapping,
                             std::uint64_t budget)
    : ByteSource(window, unknown_size, window_bytes, window_bytes),
      file_(file),
      begin_(begin),
      wrapping_(wrapping),
      budget_(budget),
      stream_(std::make_unique<Stream>()) {
  constexpr int gzip_header = 16;
  const int bits = wrapping == Wrapping::gzip ? MAX_WBITS + gzip_header : -MAX_WBITS;
  stream_->file_at = begin;
  if (inflateInit2(&stream_->z, bits) != Z_OK) stream_->ended = true;
}

InflateSource::~InflateSource() = default;

// Null when there is no memory for it.
std::unique_ptr<InflateSource::Stream> InflateSource::copy_of(const Stream& stream) const {
  auto copy = std::make_unique<Stream>();
  // zlib does not change what it copies.
  if (inflateCopy(&copy->z, const_cast<z_stream*>(&stream.z)) != Z_OK) return nullptr;
  copy->file_at = stream.file_at;
  copy->position = stream.position;
  return copy;
}

// The state of the stream as it is now, so that going back need not begin at the beginning.
void InflateSource::remember() {
  const auto last = remembered_.empty() ? 0 : remembered_.back()->position;
  if (stream_->ended || stream_->position < last + step_) return;
  auto copy = copy_of(*stream_);
  if (!copy) return;
  remembered_.push_back(std::move(copy));
  if (remembered_.size() < most_remembered) return;
  for (std::size_t i = 0; 2 * i + 1 < remembered_.size(); ++i)
    remembered_[i] = std::move(remembered_[2 * i + 1]);
  remembered_.resize(remembered_.size() / 2);
  step_ *= 2;
}

// To the nearest place before `offset` that is known.
bool InflateSource::go_to(std::uint64_t offset) {
  const auto behind = std::ranges::upper_bound(remembered_, offset, {}, &Stream::position);
  const Stream* best = behind == remembered_.begin() ? nullptr : std::prev(behind)->get();
  if (offset >= stream_->position && (!best || best->position <= stream_->position)) return true;
  if (best) {
    auto copy = copy_of(*best);
    if (!copy) return false;
    stream_ = std::move(copy);
    return true;
  }
  stream_->ended = false;
  stream_->file_at = begin_;
  stream_->position = 0;
  return inflateReset(&stream_->z) == Z_OK;
}

bool InflateSource::inflate_some(std::uint8_t* into, std::size_t count, std::size_t& got) {
  constexpr std::size_t step = 32 * 1024;
  const auto input = file_.up_to(stream_->file_at, step);
  if (input.empty() && file_.failed()) return false;
  auto& z = stream_->z;
  z.next_in = const_cast<Bytef*>(input.data());  // zlib does not write there
  z.avail_in = static_cast<uInt>(input.size());
  z.next_out = into;
  z.avail_out = static_cast<uInt>(std::min<std::size_t>(count, 1u << 30));
  const auto room = z.avail_out;
  const int code = inflate(&z, Z_NO_FLUSH);
  stream_->file_at += input.size() - z.avail_in;
  got = room - z.avail_out;
  if (code == Z_STREAM_END) stream_->ended = !next_member();
  if (code == Z_BUF_ERROR && input.empty()) stream_->ended = true;
  return code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR;
}

// Programs that compress in blocks write many members. What follows the last one is padding.
bool InflateSource::next_member() {
  if (wrapping_ != Wrapping::gzip) return false;
  const auto* magic = file_.at(stream_->file_at, 2);
  return magic && magic[0] == 0x1F && magic[1] == 0x8B && inflateReset(&stream_->z) == Z_OK;
}

std::ptrdiff_t InflateSource::read(std::uint64_t offset, std::uint8_t* into, std::size_t count) {
  if (!go_to(offset)) return -1;
  while (!stream_->ended) {
    const auto skip = offset - stream_->position;
    std::size_t got = 0;
    if (!inflate_some(into, skip > 0 ? std::min<std::uint64_t>(skip, count) : count, got))
      return -1;
    over_budget_ = got > budget_;
    if (over_budget_) return -1;
    budget_ -= got;
    stream_->position += got;
    remember();
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
