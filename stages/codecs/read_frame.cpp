#include "stages/codecs/read_frame.h"

#include <algorithm>

#include "stages/codecs/codecs.h"

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

Result<Bytes> native_frame(const Frame& frame, FrameBuffers& buffers,
                           std::span<std::uint8_t> place) {
  const auto& instance = *frame.instance;
  const auto& layout = instance.shared->layout;
  const auto bytes = layout.frame_bytes();
  const bool swapped = instance.shared->encoding.big_endian &&
                       (layout.bits_allocated > 8 || instance.pixel_data.in_words);
  auto pixels = buffers.stored.read(instance, bytes * frame.number, bytes, place);
  if (!pixels || !swapped) return pixels;
  buffers.native.assign(pixels->begin(), pixels->end());
  to_little_endian(buffers.native, layout.bits_allocated > 8 ? layout.bits_allocated / 8u : 2u);
  return Bytes(buffers.native);
}

Result<Bytes> decoded_frame(const Frame& frame, FrameBuffers& buffers) {
  const auto& instance = *frame.instance;
  const auto& shared = *instance.shared;
  const auto* syntax = find_transfer_syntax(shared.transfer_syntax_uid);
  if (!syntax || !syntax->decode)
    return Problem{Reason::transfer_syntax_unsupported, instance.file->name,
                   shared.transfer_syntax_uid};
  auto codestream =
      buffers.stored.read_frame(instance, frame.number, instance.pixel_data.number_of_frames);
  if (!codestream) return codestream;
  buffers.native.resize(shared.layout.frame_bytes());
  const auto decoded =
      syntax->decode(*codestream, shared.layout, shared.photometric_interpretation, buffers.native);
  if (!decoded)
    return Problem{decoded.problem().reason, instance.file->name, decoded.problem().detail};
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
