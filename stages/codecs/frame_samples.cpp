#include "stages/codecs/frame_samples.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

namespace dcmflow {

namespace {

template <std::size_t sample_bytes>
void interleave(const std::uint8_t* plane, std::size_t plane_samples, std::size_t stride,
                std::uint8_t* out) {
  for (std::size_t i = 0; i < plane_samples; ++i) {
    std::memcpy(out + i * stride, plane + i * sample_bytes, sample_bytes);
  }
}

std::uint8_t to_byte(double value) {
  return static_cast<std::uint8_t>(std::clamp(std::lround(value), 0L, 255L));
}

}  // namespace

Status check_layout(const PixelLayout& layout, std::uint64_t frame_size) {
  const auto bits = layout.bits_allocated;
  if (bits != 8 && bits != 16 && bits != 32) {
    return decode_problem("compressed pixel data with ", std::uint64_t{bits},
                          " bits allocated; expected 8, 16 or 32");
  }
  if (layout.samples_per_pixel != 1 && layout.samples_per_pixel != 3) {
    return decode_problem("compressed pixel data with ", std::uint64_t{layout.samples_per_pixel},
                          " samples per pixel; expected 1 or 3");
  }
  if (layout.rows == 0 || layout.columns == 0) {
    return decode_problem("a frame of ", std::uint64_t{layout.columns}, " columns and ",
                          std::uint64_t{layout.rows}, " rows; expected at least 1 of each");
  }
  if (frame_size != layout.frame_bytes()) {
    return decode_problem("room for ", frame_size, " bytes of a frame; expected ",
                          layout.frame_bytes());
  }
  return Done{};
}

Status check_shape(const StreamShape& stream, const PixelLayout& layout) {
  if (stream.columns != layout.columns || stream.rows != layout.rows) {
    return decode_problem("the ", stream.codec, " stream has ", std::uint64_t{stream.columns},
                          " columns and ", std::uint64_t{stream.rows}, " rows; expected ",
                          std::uint64_t{layout.columns}, " and ", std::uint64_t{layout.rows});
  }
  if (stream.components != layout.samples_per_pixel) {
    return decode_problem("the ", stream.codec, " stream has ", std::uint64_t{stream.components},
                          " components; expected ", std::uint64_t{layout.samples_per_pixel});
  }
  if (stream.bits == 0 || stream.bits > layout.bits_allocated) {
    return decode_problem("the ", stream.codec, " stream has ", std::uint64_t{stream.bits},
                          " bits a sample; expected 1 to ", std::uint64_t{layout.bits_allocated});
  }
  return Done{};
}

std::span<std::uint8_t> packed_samples(std::span<std::uint8_t> frame, const PixelLayout& layout,
                                       std::size_t sample_bytes) {
  return frame.last(layout.frame_voxels() * layout.samples_per_pixel * sample_bytes);
}

// Sample i is read before its place is written, and the writes never overtake the reads: the packed
// samples lie at the end.
void widen_samples(std::span<std::uint8_t> frame, const PixelLayout& layout,
                   std::size_t sample_bytes) {
  const std::size_t wide_bytes = layout.bits_allocated / 8;
  if (wide_bytes == sample_bytes) return;
  const auto packed = packed_samples(frame, layout, sample_bytes);
  const std::size_t samples = packed.size() / sample_bytes;
  for (std::size_t i = 0; i < samples; ++i) {
    std::array<std::uint8_t, 4> sample{};
    std::memcpy(sample.data(), packed.data() + i * sample_bytes, sample_bytes);
    std::memcpy(frame.data() + i * wide_bytes, sample.data(), wide_bytes);
  }
}

void interleave_planes(std::span<const std::uint8_t> planes, std::size_t plane_count,
                       std::size_t sample_bytes, std::span<std::uint8_t> frame) {
  const std::size_t plane_bytes = planes.size() / plane_count;
  const std::size_t stride = plane_count * sample_bytes;
  for (std::size_t p = 0; p < plane_count; ++p) {
    const std::uint8_t* plane = planes.data() + p * plane_bytes;
    std::uint8_t* out = frame.data() + p * sample_bytes;
    if (sample_bytes == 1) {
      interleave<1>(plane, plane_bytes, stride, out);
    } else if (sample_bytes == 2) {
      interleave<2>(plane, plane_bytes / 2, stride, out);
    } else {
      interleave<4>(plane, plane_bytes / 4, stride, out);
    }
  }
}

Status convert_ybr_full(std::string_view photometric_interpretation, const PixelLayout& layout,
                        std::span<std::uint8_t> frame) {
  if (layout.samples_per_pixel != 3 || !photometric_interpretation.starts_with("YBR_FULL")) {
    return Done{};
  }
  if (layout.bits_allocated != 8) {
    return decode_problem("YBR_FULL pixels with ", std::uint64_t{layout.bits_allocated},
                          " bits allocated; expected 8");
  }
  for (std::size_t i = 0; i + 2 < frame.size(); i += 3) {
    const double y = frame[i];
    const double cb = frame[i + 1] - 128.0;
    const double cr = frame[i + 2] - 128.0;
    frame[i] = to_byte(y + 1.402 * cr);
    frame[i + 1] = to_byte(y - 0.344136 * cb - 0.714136 * cr);
    frame[i + 2] = to_byte(y + 1.772 * cb);
  }
  return Done{};
}

}  // namespace dcmflow
