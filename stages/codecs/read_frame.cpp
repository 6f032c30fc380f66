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

Problem cannot_be_opened(const Instance& instance) {
  return {Reason::unreadable, instance.file->name,
          std::string("cannot be opened: ") + std::strerror(errno)};
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
  if (descriptor.number() < 0) return cannot_be_opened(instance);
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

Result<Bytes> native_frame(const Frame& frame, FrameBuffers& buffers,
                           std::span<std::uint8_t> place) {
  const auto& instance = *frame.instance;
  const auto& layout = instance.shared->layout;
  const auto bytes = layout.frame_bytes();
  const bool swapped = instance.shared->encoding.big_endian &&
                       (layout.bits_allocated > 8 || instance.pixel_data.in_words);
  auto pixels = read_stored(instance, bytes * frame.number, bytes, buffers, place);
  if (!pixels || !swapped) return pixels;
  buffers.native.assign(pixels->begin(), pixels->end());
  to_little_endian(buffers.native, layout.bits_allocated > 8 ? layout.bits_allocated / 8u : 2u);
  return Bytes(buffers.native);
}

// Where the fragments of each frame lie: looked up once for all frames of a file that are read one
// after the other.
Result<FrameFragments> find_fragments(const Instance& instance, std::uint32_t number,
                                      int descriptor, FrameBuffers& buffers) {
  auto& index = buffers.index;
  if (index.file.lock() != instance.file) {
    index = {};
    FileSource source(descriptor, instance.file->size, buffers.file, FileSource::page_bytes);
    auto frames = find_frames(source, instance.pixel_data);
    if (!frames) return frames.problem();
    index = {instance.file, std::move(*frames)};
  }
  if (number < index.frames.size()) return index.frames[number];
  return Problem{
      Reason::pixel_data_short,
      {},
      "frame " + std::to_string(number + 1) + " of " + std::to_string(index.frames.size())};
}

// The bytes of one frame's fragments in one piece.
Result<Bytes> read_fragments(const Instance& instance, std::uint32_t number,
                             FrameBuffers& buffers) {
  const Descriptor descriptor(*instance.file);
  if (descriptor.number() < 0) return cannot_be_opened(instance);
  const auto fragments = find_fragments(instance, number, descriptor.number(), buffers);
  if (!fragments) return fragments.problem();
  std::uint64_t bytes = 0;
  for (const auto& fragment : *fragments) bytes += fragment.length;
  auto& joined = buffers.fragments;
  if (joined.size() < bytes) joined.resize(bytes);
  std::uint64_t at = 0;
  for (const auto& fragment : *fragments) {
    const auto read =
        read_file(instance, descriptor.number(), instance.pixel_data.offset + fragment.offset,
                  fragment.length, buffers.file, std::span(joined).subspan(at, fragment.length));
    if (!read) return read;
    at += fragment.length;
  }
  return Bytes(joined).first(bytes);
}

Result<Bytes> decoded_frame(const Frame& frame, FrameBuffers& buffers) {
  const auto& instance = *frame.instance;
  const auto& shared = *instance.shared;
  const auto* syntax = find_transfer_syntax(shared.transfer_syntax_uid);
  if (!syntax || !syntax->decode)
    return Problem{Reason::transfer_syntax_unsupported, instance.file->name,
                   shared.transfer_syntax_uid};
  auto named = [&](Problem problem) {
    problem.subject = instance.file->name;
    return problem;
  };
  const auto compressed = read_fragments(instance, frame.number, buffers);
  if (!compressed) return named(compressed.problem());
  buffers.native.resize(shared.layout.frame_bytes());
  const auto decoded =
      syntax->decode(*compressed, shared.layout, shared.photometric_interpretation, buffers.native);
  if (!decoded) return named(decoded.problem());
  return Bytes(buffers.native);
}

}  // namespace

Result<std::span<const std::uint8_t>> read_frame(const Frame& frame, FrameBuffers& buffers,
                                                 std::span<std::uint8_t> place) {
  return frame.instance->pixel_data.kind == PixelData::Kind::encapsulated
             ? decoded_frame(frame, buffers)
             : native_frame(frame, buffers, place);
}

bool same_decoded_pixels(const Frame& a, const Frame& b) {
  if (a.instance->shared->layout != b.instance->shared->layout) return false;
  FrameBuffers buffers_a, buffers_b;
  const auto pixels_a = read_frame(a, buffers_a);
  const auto pixels_b = read_frame(b, buffers_b);
  return pixels_a && pixels_b && std::ranges::equal(*pixels_a, *pixels_b);
}

}  // namespace dcmflow
