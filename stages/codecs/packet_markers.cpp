#include "stages/codecs/packet_markers.h"

#include <cstddef>
#include <cstring>

#include "stages/codecs/jpeg_2000_markers.h"

namespace dcmflow {
namespace {

using namespace jpeg_2000;

using Bytes = std::span<const std::uint8_t>;

constexpr std::uint8_t announces_markers = 6;

class Copy {
 public:
  explicit Copy(Bytes codestream) : from_(codestream) {}

  std::vector<std::uint8_t> make() {
    if (!copy_main_header() || !announces_) return {};
    kept_.reserve(from_.size());
    while (from_.size() - at_ >= 2 && read_u16(from_, at_) == sot)
      if (!copy_tile_part()) return {};
    if (from_.size() - at_ < 2 || read_u16(from_, at_) != eoc) return {};
    keep(2);
    return std::move(kept_);
  }

 private:
  void keep(std::size_t bytes) {
    kept_.insert(kept_.end(), from_.begin() + static_cast<std::ptrdiff_t>(at_),
                 from_.begin() + static_cast<std::ptrdiff_t>(at_ + bytes));
    at_ += bytes;
  }

  // Up to a marker; false where a segment leaves the codestream.
  bool copy_segments_to(std::uint32_t last) {
    while (from_.size() - at_ >= 4 && read_u16(from_, at_) != last) {
      const std::size_t bytes = 2 + read_u16(from_, at_ + 2);
      if (bytes < 4 || bytes > from_.size() - at_) return false;
      const std::size_t kept_at = kept_.size();
      const bool is_style = read_u16(from_, at_) == cod && bytes >= 14;
      keep(bytes);
      if (!is_style) continue;
      auto& style = kept_[kept_at + 4];
      announces_ =
          (style & announces_markers) != 0 && (kept_[kept_at + 12] & high_throughput_style) != 0;
      style &= static_cast<std::uint8_t>(~announces_markers);
    }
    return from_.size() - at_ >= 2 && read_u16(from_, at_) == last;
  }

  bool copy_main_header() {
    keep(2);
    return copy_segments_to(sot);
  }

  bool copy_tile_part() {
    constexpr std::size_t sot_bytes = 12;
    if (from_.size() - at_ < sot_bytes) return false;
    const std::size_t length = read_u32(from_, at_ + 6), begin = kept_.size();
    if (length < sot_bytes + 2 || length > from_.size() - at_) return false;
    const std::size_t end = at_ + length;
    keep(sot_bytes);
    if (!copy_segments_to(sod) || at_ + 2 > end) return false;
    keep(2);
    copy_packets(end);
    const auto now = static_cast<std::uint32_t>(kept_.size() - begin);
    for (unsigned i = 0; i < 4; ++i)
      kept_[begin + 6 + i] = static_cast<std::uint8_t>(now >> (24 - 8 * i));
    return true;
  }

  void copy_packets(std::size_t end) {
    constexpr std::size_t sop_bytes = 6, eph_bytes = 2;
    while (at_ < end) {
      const void* const found = std::memchr(from_.data() + at_, 0xFF, end - at_);
      const auto place =
          found == nullptr
              ? end
              : static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - from_.data());
      keep(place - at_);
      if (end - at_ >= sop_bytes && read_u16(from_, at_) == sop && read_u16(from_, at_ + 2) == 4)
        at_ += sop_bytes;
      else if (end - at_ >= eph_bytes && read_u16(from_, at_) == eph)
        at_ += eph_bytes;
      else if (at_ < end)
        keep(1);
    }
  }

  Bytes from_;
  std::size_t at_ = 0;
  std::vector<std::uint8_t> kept_;
  bool announces_ = false;
};

}  // namespace

std::vector<std::uint8_t> without_packet_markers(std::span<const std::uint8_t> codestream) {
  return Copy(codestream).make();
}

}  // namespace dcmflow
