#include "stages/codecs/htj2k_packets.h"

#include <algorithm>
#include <vector>

#include "stages/codecs/jpeg_2000_markers.h"

namespace dcmflow {
namespace {

using Bytes = std::span<const std::uint8_t>;

// B.10.1: behind a byte 0xFF the next one has seven bits.
class HeaderBits {
 public:
  explicit HeaderBits(Bytes bytes) : bytes_(bytes) {}

  unsigned next() {
    if (left_ == 0) take_byte();
    return byte_ >> --left_ & 1U;
  }
  unsigned next(unsigned count) {
    unsigned value = 0;
    for (; count != 0; --count) value = value << 1U | next();
    return value;
  }
  // Where the header ends.
  std::size_t end() {
    if (byte_ == 0xFF) take_byte();
    return at_;
  }
  bool is_sound() const { return is_sound_; }

 private:
  // Zeros, where there is no byte, or none that may follow.
  void take_byte() {
    const bool is_stuffed = byte_ == 0xFF;
    is_sound_ = is_sound_ && at_ < bytes_.size() && !(is_stuffed && bytes_[at_] > 0x7F);
    byte_ = is_sound_ ? bytes_[at_++] : 0;
    left_ = is_stuffed ? 7 : 8;
  }

  Bytes bytes_;
  std::size_t at_ = 0;
  unsigned byte_ = 0, left_ = 0;
  bool is_sound_ = true;
};

// B.10.2
class TagTree {
 public:
  TagTree(std::size_t columns, std::size_t rows) {
    for (;; columns = (columns + 1) / 2, rows = (rows + 1) / 2) {
      levels_.push_back({nodes_.size(), columns});
      nodes_.resize(nodes_.size() + columns * rows);
      if (columns * rows <= 1) break;
    }
  }

  // Whether the leaf's value is less than `threshold`.
  bool is_below(std::size_t column, std::size_t row, unsigned threshold, HeaderBits& bits) {
    unsigned least = 0;
    for (std::size_t up = levels_.size(); up-- > 0;) {
      const auto& level = levels_[up];
      Node& node = nodes_[level.first + (row >> up) * level.columns + (column >> up)];
      node.least = least = std::max(least, node.least);
      for (; node.least < threshold && !node.is_known; node.least += node.is_known ? 0 : 1)
        node.is_known = bits.next() == 1;
      least = node.least;
    }
    const Node& leaf = nodes_[row * levels_.front().columns + column];
    return leaf.is_known && leaf.least < threshold;
  }

 private:
  struct Level {
    std::size_t first, columns;
  };
  struct Node {
    unsigned least = 0;
    bool is_known = false;
  };
  std::vector<Level> levels_;  // from the leaves to the root
  std::vector<Node> nodes_;
};

// B.10.6, table B.4; blocks of high throughput have three at most, for others more are reserved.
unsigned read_passes(HeaderBits& bits) {
  constexpr unsigned too_many = 4;
  if (bits.next() == 0) return 1;
  if (bits.next() == 0) return 2;
  return bits.next(2) == 0 ? 3 : too_many;
}

// B-15: samples of an image's side that a subband of the level has, low or high.
std::uint32_t band_side(std::uint32_t side, unsigned level, bool is_high) {
  const std::uint64_t from = is_high ? std::uint64_t{1} << (level - 1) : 0;
  if (side <= from) return 0;
  return static_cast<std::uint32_t>((side - from + (std::uint64_t{1} << level) - 1) >> level);
}

std::size_t blocks_along(std::uint32_t side, unsigned exponent) {
  return (std::uint64_t{side} + (std::uint64_t{1} << exponent) - 1) >> exponent;
}

// The bytes that the header says, and then where they lie.
class Packet {
 public:
  Packet(const Htj2kTile& tile, unsigned resolution) : tile_(tile), resolution_(resolution) {}

  // How long it is; 0: it is none.
  std::size_t measure(Bytes bytes) {
    HeaderBits bits(bytes);
    if (bits.next() == 1) {
      const unsigned bands = resolution_ == 0 ? 1 : 3;
      for (unsigned band = 0; band < bands; ++band)
        if (!read_band(band, bits)) return 0;
    }
    std::size_t at = bits.end();
    if (!bits.is_sound()) return 0;
    for (const std::uint32_t length : segments_) {
      if (length > bytes.size() - at) return 0;
      if (jpeg_2000::find_marker_code(bytes.subspan(at, length)) != length) return 0;
      at += length;
    }
    return at;
  }

 private:
  bool read_band(unsigned band, HeaderBits& bits) {
    const unsigned level = resolution_ == 0 ? tile_.levels : tile_.levels - resolution_ + 1;
    const bool is_lowest = resolution_ == 0;
    const auto columns = band_side(tile_.columns, level, !is_lowest && band != 1);
    const auto rows = band_side(tile_.rows, level, !is_lowest && band != 0);
    if (columns == 0 || rows == 0) return true;
    const auto across = blocks_along(columns, tile_.block[0]);
    const auto down = blocks_along(rows, tile_.block[1]);
    const unsigned planes = tile_.planes[is_lowest ? 0 : 3 * resolution_ - 2 + band];
    TagTree inclusion(across, down), zero_planes(across, down);
    for (std::size_t row = 0; row < down; ++row)
      for (std::size_t column = 0; column < across; ++column) {
        if (!inclusion.is_below(column, row, 1, bits)) continue;
        unsigned zero = 1;
        while (zero <= planes && bits.is_sound() && !zero_planes.is_below(column, row, zero, bits))
          ++zero;
        if (zero > planes || !bits.is_sound() || !read_segments(bits)) return false;
      }
    return true;
  }

  // B.10.7: the clean-up pass, and the one or two of refinement.
  bool read_segments(HeaderBits& bits) {
    constexpr unsigned most_passes = 3, most_bits = 24, least_cleanup = 2;
    const unsigned passes = read_passes(bits);
    unsigned length_bits = 3;
    while (length_bits <= most_bits && bits.next() == 1) ++length_bits;
    if (passes > most_passes || length_bits > most_bits) return false;
    segments_.push_back(bits.next(length_bits));
    const bool is_sound = segments_.back() >= least_cleanup;
    if (passes > 1) segments_.push_back(bits.next(length_bits + (passes == most_passes ? 1 : 0)));
    return is_sound;
  }

  const Htj2kTile& tile_;
  const unsigned resolution_;
  std::vector<std::uint32_t> segments_;
};

}  // namespace

bool Htj2kPackets::step_over(std::span<const std::uint8_t> part) {
  while (!part.empty()) {
    if (has_all()) return false;
    const unsigned resolution =
        tile_.is_by_component ? next_ % (tile_.levels + 1) : next_ / tile_.components;
    const auto length = Packet(tile_, resolution).measure(part);
    if (length == 0) return false;
    part = part.subspan(length);
    ++next_;
  }
  return true;
}

}  // namespace dcmflow
