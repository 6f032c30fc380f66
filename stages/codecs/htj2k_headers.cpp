#include "stages/codecs/htj2k_headers.h"

#include <array>
#include <optional>

#include "stages/codecs/htj2k_packets.h"
#include "stages/codecs/jpeg_2000_markers.h"

namespace dcmflow {
namespace {

using namespace jpeg_2000;

using Bytes = std::span<const std::uint8_t>;

struct Segment {
  std::uint32_t marker = 0;
  Bytes body;  // behind the length
};

class HeaderWalk {
 public:
  HeaderWalk(Bytes codestream, const PixelLayout& layout) : bytes_(codestream), layout_(layout) {}

  bool is_sound() { return walk_main_header() && walk_tile_parts(); }

 private:
  // Nothing where it would leave the codestream.
  std::optional<Segment> next() {
    if (bytes_.size() - at_ < 4) return std::nullopt;
    const std::uint32_t marker = read_u16(bytes_, at_);
    const std::size_t length = read_u16(bytes_, at_ + 2);
    if (length < 2 || length > bytes_.size() - at_ - 2) return std::nullopt;
    const Bytes body = bytes_.subspan(at_ + 4, length - 2);
    at_ += 2 + length;
    return Segment{marker, body};
  }

  bool walk_main_header() {
    at_ = 2;
    bool has_siz = false, has_cap = false, has_cod = false, has_qcd = false;
    while (bytes_.size() - at_ >= 2 && read_u16(bytes_, at_) != sot) {
      const auto segment = next();
      if (!segment) return false;
      const Bytes body = segment->body;
      switch (segment->marker) {
        case siz:
          if (has_siz || !is_sound_size(body)) return false;
          has_siz = true;
          break;
        case cap:
          if (has_cap || !has_siz || !is_sound_capability(body)) return false;
          has_cap = true;
          break;
        case cod:
          if (has_cod || !has_siz || !is_sound_style(body)) return false;
          has_cod = true;
          break;
        case qcd:
          if (has_qcd || !has_cod || !is_sound_quantisation(body)) return false;
          has_qcd = true;
          break;
        case tlm:
        case com:
          if (body.size() < 2) return false;
          break;  // OpenJPH steps over them
        default:
          return false;
      }
    }
    return has_siz && has_cap && has_cod && has_qcd;
  }

  // A.5.1
  bool is_sound_size(Bytes body) {
    constexpr std::size_t fixed = 36, each = 3;
    if (body.size() < fixed) return false;
    const std::uint32_t components = read_u16(body, 34);
    if (components != layout_.samples_per_pixel || body.size() != fixed + each * components)
      return false;
    const std::uint32_t columns = read_u32(body, 2), rows = read_u32(body, 6);
    for (const std::size_t origin : {10U, 14U, 26U, 30U})
      if (read_u32(body, origin) != 0) return false;
    if (columns != layout_.columns || rows != layout_.rows) return false;
    if (read_u32(body, 18) < columns || read_u32(body, 22) < rows) return false;
    for (std::uint32_t c = 0; c < components; ++c) {
      const std::size_t of = fixed + each * c;
      if (body[of] != body[fixed] || body[of + 1] != 1 || body[of + 2] != 1) return false;
    }
    constexpr unsigned most_bits = 16;
    tile_.columns = columns;
    tile_.rows = rows;
    tile_.components = components;
    return (body[fixed] & 0x7FU) < most_bits;
  }

  // 15444-15 A.3: part 15 alone, blocks of high throughput alone, of one set.
  static bool is_sound_capability(Bytes body) {
    constexpr std::uint32_t part_15 = 0x00020000, not_plain = 0xF800;
    return body.size() == 6 && read_u32(body, 0) == part_15 && (read_u16(body, 4) & not_plain) == 0;
  }

  // A.6.1
  bool is_sound_style(Bytes body) {
    constexpr unsigned most_order = 4, first_by_component = 3;
    if (body.size() < 10) return false;
    const unsigned levels = body[5], order = body[1];
    if (body[0] > 1 || order > most_order || read_u16(body, 2) != 1) return false;
    if (body[4] > 1 || (body[4] == 1 && layout_.samples_per_pixel != 3)) return false;
    if (levels > Htj2kTile::most_levels) return false;
    if (body[6] > 8 || body[7] > 8 || body[6] + body[7] > 8) return false;
    if (body[8] != high_throughput_style || body[9] != 1) return false;
    if (body.size() != 10 + (body[0] == 1 ? levels + 1U : 0)) return false;
    tile_.levels = levels;
    tile_.is_by_component = order >= first_by_component;
    tile_.block = {body[6] + 2U, body[7] + 2U};
    return has_one_precinct_each(body.subspan(10));
  }

  // And blocks that are no larger than it.
  bool has_one_precinct_each(Bytes sizes) const {
    for (std::size_t r = 0; r < sizes.size(); ++r) {
      const auto scale = static_cast<unsigned>(sizes.size() - 1 - r);
      const std::array<unsigned, 2> size{sizes[r] & 15U, unsigned{sizes[r]} >> 4U};
      const std::array<std::uint32_t, 2> sides{tile_.columns, tile_.rows};
      for (std::size_t axis = 0; axis < 2; ++axis) {
        if (((sides[axis] - 1) >> scale) >> size[axis] != 0) return false;
        if (size[axis] < tile_.block[axis] + (r == 0 ? 0 : 1)) return false;
      }
    }
    return true;
  }

  // A.6.4, of a reversible wavelet: the exponents alone; E-2.
  bool is_sound_quantisation(Bytes body) {
    constexpr unsigned most_planes = 30;
    const std::size_t bands = 3 * tile_.levels + 1;
    if (body.size() != 1 + bands || (body[0] & 31U) != 0) return false;
    for (std::size_t band = 0; band < bands; ++band) {
      const unsigned planes = (body[0] >> 5U) + (body[1 + band] >> 3U);
      if (planes < 2 || planes - 1 > most_planes) return false;
      tile_.planes[band] = planes - 1;
    }
    return true;
  }

  // A.4.2: parts of the one tile, in order, up to EOC or the end.
  bool walk_tile_parts() {
    constexpr std::size_t sot_bytes = 12;
    Htj2kPackets packets(tile_);
    for (unsigned part = 0; bytes_.size() - at_ >= sot_bytes; ++part) {
      const Bytes rest = bytes_.subspan(at_);
      if (read_u16(rest, 0) != sot || read_u16(rest, 2) != 10 || read_u16(rest, 4) != 0)
        return false;
      const std::size_t length = read_u32(rest, 6);
      if (length < sot_bytes + 2 || length > rest.size() || rest[10] != part) return false;
      if (rest[11] != 0 && part >= rest[11]) return false;
      const std::size_t end = at_ + length;
      at_ += sot_bytes;
      if (!walk_tile_header(end)) return false;
      if (!packets.step_over(bytes_.subspan(at_ + 2, end - at_ - 2))) return false;
      at_ = end;
      const bool is_last = bytes_.size() - at_ < 2 || read_u16(bytes_, at_) == eoc;
      if (is_last) return packets.has_all() && (rest[11] == 0 || part + 1U == rest[11]);
    }
    return false;
  }

  bool walk_tile_header(std::size_t end) {
    while (end - at_ >= 2) {
      const std::uint32_t marker = read_u16(bytes_, at_);
      if (marker == sod) return true;
      if (marker != com && marker != plt) return false;
      if (!next() || at_ > end) return false;
    }
    return false;
  }

  Bytes bytes_;
  const PixelLayout& layout_;
  std::size_t at_ = 0;
  Htj2kTile tile_;
};

}  // namespace

bool suits_openjph(std::span<const std::uint8_t> codestream, const PixelLayout& layout) {
  return HeaderWalk(codestream, layout).is_sound();
}

}  // namespace dcmflow
