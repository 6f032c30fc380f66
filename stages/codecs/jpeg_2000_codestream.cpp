#include "stages/codecs/jpeg_2000_codestream.h"

#include <array>

#include "stages/codecs/frame_samples.h"
#include "stages/codecs/jpeg_2000_markers.h"

namespace dcmflow {

namespace {

using namespace jpeg_2000;

using Bytes = std::span<const std::uint8_t>;

constexpr std::uint32_t soc_siz = soc << 16 | siz;

// The contents of the jp2c box of a JP2 file (annex I). Anything else is left as it is.
Bytes unwrap(Bytes compressed) {
  constexpr std::uint32_t signature_box = 0x6A502020;
  constexpr std::uint32_t codestream_box = 0x6A703263;
  constexpr std::size_t header_bytes = 8;
  if (compressed.size() < header_bytes || read_u32(compressed, 4) != signature_box) {
    return compressed;
  }
  for (std::size_t offset = 0; compressed.size() - offset >= header_bytes;) {
    const std::size_t rest = compressed.size() - offset;
    const std::size_t length = read_u32(compressed, offset);  // 0: reaches to the end
    const bool fits = length >= header_bytes && length <= rest;
    if (read_u32(compressed, offset + 4) == codestream_box) {
      return compressed.subspan(offset + header_bytes, (fits ? length : rest) - header_bytes);
    }
    if (!fits) break;
    offset += length;
  }
  return {};
}

std::uint64_t tiles_along(std::uint64_t end, std::uint64_t origin, std::uint64_t size) {
  return size == 0 || origin > end ? 0 : (end - origin + size - 1) / size;
}

// The image and tile size (A.5.1). OpenJPEG allocates about 6 kB for each tile as soon as it has
// read them.
Status check_size(Bytes codestream, const PixelLayout& layout) {
  constexpr std::size_t fixed_bytes = 45;  // SOC, SIZ, Lsiz … Csiz, and the first component
  constexpr std::uint64_t max_tiles = 4096;
  if (codestream.size() < fixed_bytes || read_u32(codestream, 0) != soc_siz) {
    return decode_problem("a JPEG 2000 codestream of ", codestream.size(),
                          " bytes without its image size; expected at least ", fixed_bytes);
  }
  const std::uint64_t right = read_u32(codestream, 8);
  const std::uint64_t bottom = read_u32(codestream, 12);
  const std::uint64_t left = read_u32(codestream, 16);
  const std::uint64_t top = read_u32(codestream, 20);
  const StreamShape shape{"JPEG 2000", static_cast<std::uint32_t>(right > left ? right - left : 0),
                          static_cast<std::uint32_t>(bottom > top ? bottom - top : 0),
                          read_u16(codestream, 40), (codestream[42] & 0x7FU) + 1};
  if (auto status = check_shape(shape, layout); !status) return status;
  const std::uint64_t tiles =
      tiles_along(right, read_u32(codestream, 32), read_u32(codestream, 24)) *
      tiles_along(bottom, read_u32(codestream, 36), read_u32(codestream, 28));
  if (tiles < 1 || tiles > max_tiles) {
    return decode_problem("a JPEG 2000 image in ", tiles, " tiles; expected 1 to ", max_tiles);
  }
  return Done{};
}

std::uint64_t ceil_shift(std::uint64_t value, unsigned bits) {
  return (value + (std::uint64_t{1} << bits) - 1) >> bits;
}

// The precincts that COD or COC asks for (A.6.1, A.6.2), as if it held for the whole image.
// OpenJPEG allocates some 400 bytes for each, and they may be as small as a pixel. `segment` starts
// behind the length.
Status check_precincts(std::uint32_t marker, Bytes segment, const PixelLayout& layout) {
  constexpr unsigned max_levels = 32;
  const std::size_t style = marker == cod ? 0 : 1;   // Scod or, behind the component, Scoc
  const std::size_t levels = marker == cod ? 5 : 2;  // the number of decomposition levels
  const std::size_t sizes = levels + 5;              // a byte for each resolution, coarsest first
  if (segment.size() < sizes || segment[levels] > max_levels) return Done{};  // OpenJPEG refuses
  const bool has_sizes = (segment[style] & 1) != 0;
  const unsigned resolutions = segment[levels] + 1U;
  if (!has_sizes || segment.size() < sizes + resolutions) return Done{};
  std::uint64_t precincts = 0;
  for (unsigned r = 0; r < resolutions; ++r) {
    const unsigned scale = resolutions - 1 - r;
    precincts += ceil_shift(layout.columns, scale + (segment[sizes + r] & 15U)) *
                 ceil_shift(layout.rows, scale + (segment[sizes + r] >> 4U));
  }
  if (marker == cod) precincts *= layout.samples_per_pixel;
  const std::uint64_t most = 65536 + layout.frame_voxels() / 32;
  if (precincts <= most) return Done{};
  return decode_problem("a JPEG 2000 image in ", precincts, " precincts; expected at most ", most);
}

// Steps through the main header and the tile-parts. Some writers leave out the end marker, or put a
// comment before it to fill up space (A.9.2 allows comments in headers only). OpenJPEG takes both
// for a broken tile, so a codestream whose last tile-part is complete gets a new end behind it.
Result<Jpeg2000Codestream> check_headers(Bytes codestream, const PixelLayout& layout) {
  static constexpr std::array<std::uint8_t, 2> end_marker = {0xFF, 0xD9};
  constexpr std::size_t sot_bytes = 12;
  std::size_t offset = 2;
  std::size_t tile_end = 0;
  bool is_open = false;  // the last tile-part does not say where it ends
  while (codestream.size() - offset >= 4) {
    const std::size_t rest = codestream.size() - offset;
    const std::uint32_t marker = read_u16(codestream, offset);
    const std::size_t length = 2 + read_u16(codestream, offset + 2);
    if (marker == sot && rest >= sot_bytes) {
      const std::size_t tile_bytes = read_u32(codestream, offset + 6);  // 0: reaches to the end
      if (tile_bytes > rest) break;
      is_open = tile_bytes == 0;
      tile_end = is_open ? codestream.size() : offset + tile_bytes;
      offset += sot_bytes;
    } else if (marker == sod && offset < tile_end) {
      offset = tile_end;
    } else if (marker == com && offset == tile_end) {
      return Jpeg2000Codestream{codestream.first(offset), end_marker};
    } else {
      if (marker < 0xFF00 || length < 4 || length > rest) break;
      const Bytes segment = codestream.subspan(offset + 4, length - 4);
      if (marker == cod || marker == coc) {
        if (auto status = check_precincts(marker, segment, layout); !status) {
          return status.problem();
        }
      }
      offset += length;
    }
  }
  const bool has_no_end = !is_open && offset == tile_end && offset == codestream.size();
  return Jpeg2000Codestream{codestream, has_no_end ? Bytes(end_marker) : Bytes()};
}

}  // namespace

Result<Jpeg2000Codestream> find_jpeg_2000_codestream(std::span<const std::uint8_t> compressed,
                                                     const PixelLayout& layout) {
  const Bytes codestream = unwrap(compressed);
  if (auto status = check_size(codestream, layout); !status) return status.problem();
  return check_headers(codestream, layout);
}

}  // namespace dcmflow
