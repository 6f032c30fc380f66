// RLE Lossless (PS3.5 annex G): a frame is split into byte planes, the most significant byte of the
// first sample first, and each plane is packed into one segment. The planes are unpacked together,
// block by block, so that everything stays in the cache.

#include <algorithm>
#include <array>
#include <cstring>

#include "stages/codecs/decoders.h"
#include "stages/codecs/frame_samples.h"

namespace dcmflow {

namespace {

constexpr std::size_t header_bytes = 64;
constexpr std::size_t max_segments = 15;   // what the header has room for
constexpr std::size_t max_planes = 3 * 4;  // samples × bytes of a sample
constexpr std::size_t block = 2048;        // bytes of each plane unpacked at once
constexpr std::size_t max_run = 128;

std::uint32_t read_u32(std::span<const std::uint8_t> bytes, std::size_t offset) {
  return std::uint32_t{bytes[offset]} | std::uint32_t{bytes[offset + 1]} << 8 |
         std::uint32_t{bytes[offset + 2]} << 16 | std::uint32_t{bytes[offset + 3]} << 24;
}

// Unpacks one segment into a block at a time. Runs that cross the end of a block are kept for the
// next one.
class Plane {
 public:
  void open(std::span<const std::uint8_t> segment) {
    next_ = segment.data();
    end_ = segment.data() + segment.size();
  }

  // Makes `count` (at most `block`) bytes ready in bytes(); less when the segment ends. Returns how
  // many.
  std::size_t fill(std::size_t count) {
    while (filled_ < count && end_ - next_ >= 2) {
      const std::size_t code = *next_++;
      if (code < max_run) {
        const std::size_t run = std::min<std::size_t>(code + 1, end_ - next_);
        copy_literal(run);
      } else if (code > max_run) {
        const std::size_t run = 257 - code;
        std::memset(bytes_.data() + filled_, *next_++, run);
        filled_ += run;
      }
    }
    return std::min(filled_, count);
  }

  const std::uint8_t* bytes() const { return bytes_.data(); }

  void drop(std::size_t count) {
    std::memmove(bytes_.data(), bytes_.data() + count, filled_ - count);
    filled_ -= count;
  }

 private:
  // A whole 128 bytes are copied when they are there, which is cheaper than copying exactly `run`.
  void copy_literal(std::size_t run) {
    const bool room = end_ - next_ >= static_cast<std::ptrdiff_t>(max_run);
    if (room && run <= 16) {
      std::memcpy(bytes_.data() + filled_, next_, 16);
    } else if (room) {
      std::memcpy(bytes_.data() + filled_, next_, max_run);
    } else {
      std::memcpy(bytes_.data() + filled_, next_, run);
    }
    filled_ += run;
    next_ += run;
  }

  const std::uint8_t* next_ = nullptr;
  const std::uint8_t* end_ = nullptr;
  std::size_t filled_ = 0;
  std::array<std::uint8_t, block + 2 * max_run> bytes_;  // filled before it is read
};

using Planes = std::array<Plane, max_planes>;

// Segment k ends where segment k + 1 starts, the last one at the end of the frame.
Status open_segments(std::span<const std::uint8_t> compressed, std::size_t plane_count,
                     Planes& planes) {
  if (compressed.size() < header_bytes) {
    return decode_problem("an RLE frame of ", compressed.size(), " bytes; expected at least ",
                          header_bytes);
  }
  const std::size_t segments = read_u32(compressed, 0);
  if (segments < plane_count || segments > max_segments) {
    return decode_problem("an RLE header with ", segments, " segments; expected ", plane_count);
  }
  for (std::size_t k = 0; k < plane_count; ++k) {
    const std::size_t start = read_u32(compressed, 4 + 4 * k);
    const std::size_t end = k + 1 < segments ? read_u32(compressed, 8 + 4 * k) : compressed.size();
    if (start < header_bytes || start > end || end > compressed.size()) {
      return decode_problem("RLE segment ", k + 1, " from byte ", start, " to ", end,
                            "; expected within ", header_bytes, " to ", compressed.size());
    }
    planes[k].open(compressed.subspan(start, end - start));
  }
  return Done{};
}

// One block of planes → `count` pixels. Bytes of a sample come most significant first and leave
// least significant first.
void merge_planes(const Planes& planes, std::size_t samples, std::size_t sample_bytes,
                  std::size_t count, std::uint8_t* out) {
  if (samples == 1 && sample_bytes == 1) {
    std::memcpy(out, planes[0].bytes(), count);
    return;
  }
  if (samples == 1 && sample_bytes == 2) {
    const std::uint8_t* high = planes[0].bytes();
    const std::uint8_t* low = planes[1].bytes();
    for (std::size_t i = 0; i < count; ++i) {
      out[2 * i] = low[i];
      out[2 * i + 1] = high[i];
    }
    return;
  }
  const std::size_t pixel_bytes = samples * sample_bytes;
  for (std::size_t k = 0; k < pixel_bytes; ++k) {
    const std::uint8_t* plane = planes[k].bytes();
    std::uint8_t* to = out + k / sample_bytes * sample_bytes + sample_bytes - 1 - k % sample_bytes;
    for (std::size_t i = 0; i < count; ++i) to[i * pixel_bytes] = plane[i];
  }
}

}  // namespace

Status decode_rle(std::span<const std::uint8_t> compressed, const PixelLayout& layout,
                  std::string_view photometric_interpretation, std::span<std::uint8_t> frame) {
  const bool packed = layout.bits_allocated == 1 && layout.samples_per_pixel == 1;
  if (auto status = check_layout(layout, frame.size()); !packed && !status) return status;
  const std::size_t sample_bytes = packed ? 1 : layout.bits_allocated / 8;
  const std::size_t pixel_bytes = layout.samples_per_pixel * sample_bytes;
  Planes planes;
  if (auto status = open_segments(compressed, pixel_bytes, planes); !status) return status;
  const std::uint64_t pixels = packed ? frame.size() : layout.frame_voxels();
  for (std::uint64_t done = 0; done < pixels;) {
    const std::size_t count = std::min<std::uint64_t>(block, pixels - done);
    for (std::size_t k = 0; k < pixel_bytes; ++k) {
      const std::size_t ready = planes[k].fill(count);
      if (ready < count) {
        return decode_problem("RLE segment ", k + 1, " gives ", done + ready, " bytes; expected ",
                              pixels);
      }
    }
    merge_planes(planes, layout.samples_per_pixel, sample_bytes, count,
                 frame.data() + done * pixel_bytes);
    for (std::size_t k = 0; k < pixel_bytes; ++k) planes[k].drop(count);
    done += count;
  }
  return convert_ybr_full(photometric_interpretation, layout, frame);
}

}  // namespace dcmflow
