#include "stages/pixels/read_frame.h"

#include <algorithm>
#include <cstring>

#include "stages/codecs/codecs.h"
#include "stages/pixels/cells.h"
#include "stages/pixels/native_colour.h"
#include "stages/pixels/stored_layout.h"

namespace dcmflow {
namespace {

using Bytes = std::span<const std::uint8_t>;

// Big endian files store each sample, and 8-bit samples in pairs, the other way round
// (PS3.5 7.3, 8.1.2).
void to_little_endian(std::span<std::uint8_t> pixels, unsigned sample_bytes) {
  for (std::size_t i = 0; i + sample_bytes <= pixels.size(); i += sample_bytes)
    std::reverse(pixels.begin() + static_cast<std::ptrdiff_t>(i),
                 pixels.begin() + static_cast<std::ptrdiff_t>(i + sample_bytes));
}

// Where a native frame lies in the pixel data. What is swapped in pairs is read in pairs, and
// packed frames need not begin at a byte.
struct NativePlace {
  NativePlace(const Instance& instance, std::uint32_t number, unsigned unit_bytes)
      : bits(native_frame_bits(instance)),
        first_bit(bits * number),
        begin(first_bit / 8 / unit_bytes * unit_bytes),
        end(std::max((first_bit + bits + 7) / 8, std::min((first_bit + bits + 8 * unit_bytes - 1) /
                                                              (8 * unit_bytes) * unit_bytes,
                                                          instance.pixel_data.length))) {}
  std::uint64_t bits, first_bit;
  std::uint64_t begin, end;  // bytes
};

// A frame as it is stored.
Result<Bytes> native_frame(const Instance& instance, std::uint32_t number, FrameBuffers& buffers,
                           std::span<std::uint8_t> place) {
  const auto layout = stored_layout(instance);
  const bool packed = is_packed(layout);
  const bool swapped = instance.shared->encoding.big_endian &&
                       (layout.bits_allocated > 8 || instance.pixel_data.in_words);
  const unsigned unit = !swapped                               ? 1
                        : packed || layout.bits_allocated == 8 ? 2
                                                               : layout.bits_allocated / 8u;
  const NativePlace at(instance, number, unit);
  const auto stored = buffers.stored.read(instance, at.begin, at.end - at.begin, place);
  if (!stored) return stored.problem();
  Bytes pixels = *stored;
  if (swapped) {
    buffers.native.assign(pixels.begin(), pixels.end());
    to_little_endian(buffers.native, unit);
    pixels = buffers.native;
  }
  if (packed) {
    buffers.cells.resize(cell_layout(layout).frame_bytes());
    unpack_cells(pixels, at.first_bit - at.begin * 8, layout, buffers.cells);
    return Bytes(buffers.cells);
  }
  const auto cells = pixels.subspan(at.first_bit / 8 - at.begin, at.bits / 8);
  if (layout.samples_per_pixel != 3) return cells;
  const auto rgb = native_rgb(cells, layout, instance.shared->photometric_interpretation,
                              has_halved_chroma(instance), buffers.cells);
  if (!rgb) return Problem{rgb.problem().reason, instance.file->name, rgb.problem().detail};
  return *rgb;
}

Result<Bytes> decoded_frame(const Instance& instance, std::uint32_t number, FrameBuffers& buffers) {
  const auto& shared = *instance.shared;
  const auto* syntax = find_transfer_syntax(shared.transfer_syntax_uid);
  if (!syntax || !syntax->decode)
    return Problem{Reason::transfer_syntax_unsupported, instance.file->name,
                   shared.transfer_syntax_uid};
  auto codestream = buffers.stored.read_frame(instance, number, stored_frames(instance));
  if (!codestream) return codestream.problem();
  // Codecs of images give samples, which are not packed; codecs of bytes give what was stored.
  const bool packed = is_packed(shared.layout) && syntax->keeps_packing;
  const auto layout = packed ? stored_layout(instance) : cell_layout(stored_layout(instance));
  buffers.native.resize(layout.frame_bytes());
  const auto decoded =
      syntax->decode(*codestream, layout, shared.photometric_interpretation, buffers.native);
  if (!decoded)
    return Problem{decoded.problem().reason, instance.file->name, decoded.problem().detail};
  if (!packed) return Bytes(buffers.native);
  buffers.cells.resize(cell_layout(layout).frame_bytes());
  unpack_cells(buffers.native, 0, layout, buffers.cells);
  return Bytes(buffers.cells);
}

Result<Bytes> stored_frame(const Instance& instance, std::uint32_t number, FrameBuffers& buffers,
                           std::span<std::uint8_t> place) {
  return instance.pixel_data.kind == PixelData::Kind::encapsulated
             ? decoded_frame(instance, number, buffers)
             : native_frame(instance, number, buffers, place);
}

// A frame that is a tile, cut out of its mosaic. The tiles of a mosaic are mostly asked for one
// after the other.
Result<Bytes> tile(const Frame& frame, FrameBuffers& buffers) {
  const auto& instance = *frame.instance;
  const auto stored = stored_layout(instance);
  const auto& layout = instance.shared->layout;
  const std::uint64_t pixel_bytes = layout.bits_allocated / 8u * layout.samples_per_pixel;
  const auto tile_row_bytes = layout.columns * pixel_bytes;
  const auto row_bytes = stored.columns * pixel_bytes;
  const auto across = instance.pixel_data.tiles_across;
  const std::uint64_t first_row = frame.number / across * std::uint64_t{layout.rows};
  if (layout.bits_allocated % 8 != 0 || layout.columns * std::uint64_t{across} != stored.columns ||
      first_row + layout.rows > stored.rows)
    return Problem{Reason::pixel_layout_unsupported, instance.file->name,
                   "tile " + std::to_string(frame.number + 1) + " lies outside of the mosaic"};
  if (buffers.mosaic != frame.instance) {
    buffers.mosaic.reset();
    const auto pixels = stored_frame(instance, 0, buffers, {});
    if (!pixels) return pixels.problem();
    if (pixels->data() != buffers.native.data())
      buffers.native.assign(pixels->begin(), pixels->end());
    buffers.mosaic = frame.instance;
  }
  buffers.tile.resize(layout.frame_bytes());
  const auto* from =
      buffers.native.data() + first_row * row_bytes + frame.number % across * tile_row_bytes;
  for (std::uint64_t row = 0; row < layout.rows; ++row, from += row_bytes)
    std::memcpy(buffers.tile.data() + row * tile_row_bytes, from, tile_row_bytes);
  return Bytes(buffers.tile);
}

// Of one frame. A codec that makes more of it than twice its bytes would have been left out by its
// writer.
std::uint64_t largest_codestream(const Instance& instance) {
  constexpr std::uint64_t headers = 64 * 1024;
  const bool is_deflated = instance.shared->encoding.deflated;
  const auto all = is_deflated ? instance.pixel_data.length
                               : std::min(instance.pixel_data.length, instance.file->size);
  if (stored_frames(instance) == 1 && !is_deflated) return all;
  return std::min(all, 2 * stored_layout(instance).frame_bytes() + headers);
}

}  // namespace

Result<std::span<const std::uint8_t>> read_frame(const Frame& frame, FrameBuffers& buffers,
                                                 std::span<std::uint8_t> place) {
  const auto& instance = *frame.instance;
  if (instance.pixel_data.tiles_across != 0) return tile(frame, buffers);
  buffers.mosaic.reset();
  return stored_frame(instance, frame.number, buffers, place);
}

std::uint64_t frame_memory(const Instance& instance) {
  const auto& shared = *instance.shared;
  const auto stored = stored_layout(instance);
  const auto cells = cell_layout(stored).frame_bytes();
  const auto samples = stored.frame_voxels() * stored.samples_per_pixel;
  const bool is_tile = instance.pixel_data.tiles_across != 0;
  auto bytes = is_tile ? cells + shared.layout.frame_bytes() : 0;
  if (instance.pixel_data.kind != PixelData::Kind::encapsulated) {
    const bool is_changed = shared.encoding.big_endian || is_packed(stored) ||
                            stored.samples_per_pixel == 3 || has_halved_chroma(instance);
    return bytes + stored.frame_bytes() + (is_changed ? 2 * cells : 0);
  }
  const auto* syntax = find_transfer_syntax(shared.transfer_syntax_uid);
  // Codecs of images work on numbers of 32 bits, on some twice.
  const auto work = syntax && syntax->keeps_packing ? cells : 8 * samples;
  return bytes + 2 * largest_codestream(instance) + cells + work + (is_packed(stored) ? cells : 0);
}

void FrameBuffers::release() {
  constexpr std::size_t largest_kept = 16 << 20;
  stored.release();
  if (native.capacity() > largest_kept) {
    mosaic.reset();
    UnfilledBytes().swap(native);
  }
  for (auto* buffer : {&cells, &tile})
    if (buffer->capacity() > largest_kept) std::vector<std::uint8_t>().swap(*buffer);
}

}  // namespace dcmflow
