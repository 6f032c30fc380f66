#include "stages/codecs/high_throughput.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "stages/codecs/frame_samples.h"
#include "stages/codecs/jpeg_2000_markers.h"

namespace dcmflow {

namespace {

using namespace jpeg_2000;

using Bytes = std::span<const std::uint8_t>;

// The segments that OpenJPEG steps over by their lengths, as we do; in others it looks for markers.
constexpr std::array<std::uint32_t, 16> segments = {0xFF50, 0xFF51, 0xFF52, 0xFF53, 0xFF55, 0xFF57,
                                                    0xFF58, 0xFF59, 0xFF5C, 0xFF5D, 0xFF5E, 0xFF5F,
                                                    0xFF60, 0xFF61, 0xFF63, 0xFF64};

Problem damaged(std::string_view what, std::uint64_t offset) {
  return decode_problem("a high-throughput JPEG 2000 codestream with ", what, " at byte ", offset);
}

// Whether `style` is what COD and COC end with: levels, block width and height, block style,
// wavelet (A.6.1), as OpenJPEG takes them, with the bit of high-throughput blocks.
bool is_high_throughput_style(Bytes style) {
  constexpr unsigned max_levels = 32, max_block_exponent = 8;
  return style[0] <= max_levels && style[1] <= max_block_exponent &&
         style[2] <= max_block_exponent && (style[3] & high_throughput_style) != 0 && style[4] <= 1;
}

// Looks at every byte, not at the segments alone: in a damaged codestream OpenJPEG may find others.
bool may_be_high_throughput(Bytes codestream) {
  constexpr std::size_t cod_style = 9, coc_style = 6, style_bytes = 5;
  const std::uint8_t* const begin = codestream.data();
  const std::uint8_t* const end = begin + codestream.size();
  for (const std::uint8_t* at = begin; end - at >= 16; ++at) {
    at = static_cast<const std::uint8_t*>(
        std::memchr(at, 0xFF, static_cast<std::size_t>(end - at - 15)));
    if (at == nullptr) return false;
    const Bytes segment(at, end);
    const std::uint32_t marker = read_u16(segment, 0);
    if (marker != cod && marker != coc) continue;
    const std::size_t style = marker == cod ? cod_style : coc_style;
    if (is_high_throughput_style(segment.subspan(style, style_bytes))) return true;
  }
  return false;
}

// The end of a tile-part that reaches to the end of the codestream, EOC and a byte of padding.
std::size_t open_end(Bytes codestream) {
  std::size_t end = codestream.size();
  if (end > 2 && codestream[end - 1] == 0 && read_u16(codestream, end - 3) == eoc) --end;
  return end > 1 && read_u16(codestream, end - 2) == eoc ? end - 2 : end;
}

}  // namespace

Status check_high_throughput(std::span<const std::uint8_t> codestream) {
  if (!may_be_high_throughput(codestream)) return Done{};
  constexpr std::size_t sot_bytes = 12, least_tile_bytes = 14;
  std::size_t offset = 2;
  std::size_t tile_end = 0;
  while (codestream.size() - offset >= 2) {
    const std::size_t rest = codestream.size() - offset;
    const std::uint32_t marker = read_u16(codestream, offset);
    if (marker == eoc) return Done{};
    if (marker == sod && offset < tile_end) {
      const Bytes body = codestream.subspan(offset + 2, tile_end - std::min(tile_end, offset + 2));
      const std::size_t found = find_marker_code(body);
      if (found != body.size()) return damaged("a marker code in its blocks", offset + 2 + found);
      offset = std::max(tile_end, offset + 2);
      continue;
    }
    if (marker == sot && rest >= sot_bytes) {
      const std::size_t tile_bytes = read_u32(codestream, offset + 6);  // 0: reaches to the end
      if (tile_bytes > rest || (tile_bytes != 0 && tile_bytes < least_tile_bytes))
        return damaged("a tile-part of a wrong length", offset);
      tile_end = tile_bytes == 0 ? open_end(codestream) : offset + tile_bytes;
      offset += sot_bytes;
      continue;
    }
    const std::size_t length = rest < 4 ? 0 : 2 + read_u16(codestream, offset + 2);
    if (length < 4 || length > rest || !std::ranges::count(segments, marker))
      return damaged("an unexpected segment", offset);
    if (marker == cod && length > 8 && read_u16(codestream, offset + 6) != 1)
      return damaged("other than one layer", offset);
    offset += length;
  }
  return Done{};
}

}  // namespace dcmflow
