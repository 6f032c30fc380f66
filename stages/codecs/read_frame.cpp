#include "stages/codecs/read_frame.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "stages/codecs/codecs.h"
#include "stages/decode_header.h"
#include "stages/dicom/byte_source.h"
#include "stages/dicom/dataset_start.h"
#include "stages/discover_files.h"
#include "stages/pixels/cells.h"
#include "stages/pixels/native_colour.h"

namespace dcmflow {
namespace {

using Bytes = std::span<const std::uint8_t>;

class Descriptor {
 public:
  explicit Descriptor(const File& file) : number_(open_file(file)) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

Problem short_pixels(const Instance& instance, std::uint64_t needed, std::uint64_t there) {
  return {Reason::pixel_data_short, instance.file->name,
          "the header promises " + std::to_string(needed) + " bytes of pixels, the file has " +
              std::to_string(there)};
}

// `count` bytes from `offset` of the file, into `place` when it has that size, else into `buffer`.
Result<Bytes> read_file(const Instance& instance, int descriptor, std::uint64_t offset,
                        std::uint64_t count, std::vector<std::uint8_t>& buffer,
                        std::span<std::uint8_t> place) {
  if (offset > instance.file->size || count > instance.file->size - offset)
    return short_pixels(instance, count,
                        instance.file->size - std::min(offset, instance.file->size));
  if (place.size() != count) {
    if (buffer.size() < count) buffer.resize(count);
    place = std::span(buffer).first(count);
  }
  for (std::uint64_t done = 0; done < count;) {
    const auto got =
        ::pread(descriptor, place.data() + done, count - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0)
      return Problem{Reason::unreadable, instance.file->name,
                     std::string("cannot be read: ") + std::strerror(errno)};
    if (got == 0) return short_pixels(instance, count, done);
    done += static_cast<std::uint64_t>(got);
  }
  return Bytes(place);
}

// A deflated data set has no offsets of its own in the file: inflate up to the end of the pixels.
Result<Bytes> read_inflated(const Instance& instance, int descriptor, std::uint64_t skip,
                            std::uint64_t count, FrameBuffers& buffers) {
  FileSource file(descriptor, instance.file->size, buffers.file);
  const auto start = find_dataset_start(file);
  if (!start) return start.problem();
  InflateSource inflated(file, start->offset, buffers.inflated);
  const auto* pixels = inflated.at(instance.pixel_data.offset + skip, count);
  if (!pixels)
    return Problem{
        Reason::pixel_data_short, instance.file->name,
        "the deflated data set ends before its " + std::to_string(count) + " bytes of pixels"};
  return Bytes(pixels, count);
}

// `count` bytes of the pixel data behind its first `skip` bytes.
Result<Bytes> read_stored(const Instance& instance, std::uint64_t skip, std::uint64_t count,
                          FrameBuffers& buffers, std::span<std::uint8_t> place = {}) {
  const Descriptor descriptor(*instance.file);
  if (descriptor.number() < 0)
    return Problem{Reason::unreadable, instance.file->name,
                   std::string("cannot be opened: ") + std::strerror(errno)};
  if (instance.shared->encoding.deflated)
    return read_inflated(instance, descriptor.number(), skip, count, buffers);
  return read_file(instance, descriptor.number(), instance.pixel_data.offset + skip, count,
                   buffers.file, place);
}

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
  auto pixels = read_stored(instance, at.begin, at.end - at.begin, buffers, place);
  if (!pixels) return pixels;
  if (swapped) {
    buffers.native.assign(pixels->begin(), pixels->end());
    to_little_endian(buffers.native, unit);
    pixels = Bytes(buffers.native);
  }
  if (packed) {
    buffers.cells.resize(cell_layout(layout).frame_bytes());
    unpack_cells(*pixels, at.first_bit - at.begin * 8, layout, buffers.cells);
    return Bytes(buffers.cells);
  }
  const auto cells = pixels->subspan(at.first_bit / 8 - at.begin, at.bits / 8);
  if (layout.samples_per_pixel != 3) return cells;
  auto rgb = native_rgb(cells, layout, instance.shared->photometric_interpretation,
                        has_halved_chroma(instance), buffers.cells);
  if (!rgb) return Problem{rgb.problem().reason, instance.file->name, rgb.problem().detail};
  return rgb;
}

// The bytes of one frame's fragments in one piece.
Bytes join(Bytes value, const FrameFragments& fragments, std::vector<std::uint8_t>& buffer) {
  if (fragments.size() == 1) return value.subspan(fragments[0].offset, fragments[0].length);
  buffer.clear();
  for (const auto& fragment : fragments) {
    const auto part = value.subspan(fragment.offset, fragment.length);
    buffer.insert(buffer.end(), part.begin(), part.end());
  }
  return buffer;
}

Result<Bytes> decoded_frame(const Instance& instance, std::uint32_t number, FrameBuffers& buffers) {
  const auto& shared = *instance.shared;
  const auto* syntax = find_transfer_syntax(shared.transfer_syntax_uid);
  if (!syntax || !syntax->decode)
    return Problem{Reason::transfer_syntax_unsupported, instance.file->name,
                   shared.transfer_syntax_uid};
  const auto value = read_stored_pixels(instance, buffers);
  if (!value) return value.problem();
  auto named = [&](Problem problem) {
    problem.subject = instance.file->name;
    return problem;
  };
  const auto frames = find_frames(*value, stored_frames(instance));
  if (!frames) return named(frames.problem());
  if (number >= frames->size())
    return Problem{Reason::pixel_data_short, instance.file->name,
                   "frame " + std::to_string(number + 1) + " of " + std::to_string(frames->size())};
  // Codecs of images give samples, which are not packed; codecs of bytes give what was stored.
  const bool packed = is_packed(shared.layout) && syntax->keeps_packing;
  const auto layout = packed ? stored_layout(instance) : cell_layout(stored_layout(instance));
  buffers.native.resize(layout.frame_bytes());
  const auto decoded = syntax->decode(join(*value, (*frames)[number], buffers.fragments), layout,
                                      shared.photometric_interpretation, buffers.native);
  if (!decoded) return named(decoded.problem());
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

}  // namespace

Result<std::span<const std::uint8_t>> read_stored_pixels(const Instance& instance,
                                                         FrameBuffers& buffers) {
  const auto& pixels = instance.pixel_data;
  return read_stored(
      instance, 0,
      pixels.kind == PixelData::Kind::encapsulated ? pixels.length : native_pixel_bytes(instance),
      buffers);
}

Result<std::span<const std::uint8_t>> read_frame(const Frame& frame, FrameBuffers& buffers,
                                                 std::span<std::uint8_t> place) {
  const auto& instance = *frame.instance;
  if (instance.pixel_data.tiles_across != 0) return tile(frame, buffers);
  buffers.mosaic.reset();
  return stored_frame(instance, frame.number, buffers, place);
}

bool same_decoded_pixels(const Frame& a, const Frame& b) {
  if (a.instance->shared->layout != b.instance->shared->layout) return false;
  FrameBuffers buffers_a, buffers_b;
  const auto pixels_a = read_frame(a, buffers_a);
  const auto pixels_b = read_frame(b, buffers_b);
  return pixels_a && pixels_b && std::ranges::equal(*pixels_a, *pixels_b);
}

}  // namespace dcmflow
