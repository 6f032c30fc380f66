// Frames that are no images of a codec: their bytes are those of a native frame, as they are or
// deflated.

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "stages/codecs/decoders.h"
#include "stages/codecs/frame_samples.h"

namespace dcmflow {

namespace {

Status check_room(const PixelLayout& layout, std::span<const std::uint8_t> frame) {
  if (frame.size() == layout.frame_bytes()) return Done{};
  return decode_problem("room for ", frame.size(), " bytes of a frame; expected ",
                        layout.frame_bytes());
}

// Planes to pixels, YBR to RGB: what other codecs do by themselves.
Status to_interleaved_rgb(std::string_view photometric_interpretation, const PixelLayout& layout,
                          std::span<std::uint8_t> frame) {
  const std::size_t sample_bytes = layout.bits_allocated / 8;
  if (layout.planar && layout.samples_per_pixel > 1) {
    if (layout.bits_allocated != 8 && layout.bits_allocated != 16) {
      return decode_problem("colour planes of ", std::uint64_t{layout.bits_allocated},
                            " bits a sample; expected 8 or 16");
    }
    const std::vector<std::uint8_t> planes(frame.begin(), frame.end());
    interleave_planes(planes, layout.samples_per_pixel, sample_bytes, frame);
  }
  return convert_ybr_full(photometric_interpretation, layout, frame);
}

// The size of a zlib buffer.
uInt limited(std::size_t size) {
  return static_cast<uInt>(std::min<std::size_t>(size, std::numeric_limits<uInt>::max()));
}

// How many bytes of `frame` the stream gives, up to its damage or end.
std::size_t inflate_frame(std::span<const std::uint8_t> compressed, std::span<std::uint8_t> frame) {
  z_stream z{};
  if (inflateInit2(&z, -MAX_WBITS) != Z_OK) return 0;
  std::size_t read = 0;
  std::size_t done = 0;
  for (int code = Z_OK; code == Z_OK && done < frame.size();) {
    z.next_in = const_cast<Bytef*>(compressed.data() + read);  // zlib does not write there
    z.avail_in = limited(compressed.size() - read);
    z.next_out = frame.data() + done;
    z.avail_out = limited(frame.size() - done);
    code = inflate(&z, Z_NO_FLUSH);
    read = static_cast<std::size_t>(z.next_in - compressed.data());
    done = static_cast<std::size_t>(z.next_out - frame.data());
  }
  inflateEnd(&z);
  return done;
}

}  // namespace

Status decode_uncompressed(std::span<const std::uint8_t> compressed, const PixelLayout& layout,
                           std::string_view photometric_interpretation,
                           std::span<std::uint8_t> frame) {
  if (auto status = check_room(layout, frame); !status) return status;
  if (compressed.size() < frame.size()) {
    return decode_problem("an uncompressed frame of ", compressed.size(), " bytes; expected ",
                          frame.size());
  }
  std::ranges::copy(compressed.first(frame.size()), frame.begin());
  return to_interleaved_rgb(photometric_interpretation, layout, frame);
}

Status decode_deflated_frame(std::span<const std::uint8_t> compressed, const PixelLayout& layout,
                             std::string_view photometric_interpretation,
                             std::span<std::uint8_t> frame) {
  if (auto status = check_room(layout, frame); !status) return status;
  if (const std::size_t given = inflate_frame(compressed, frame); given < frame.size()) {
    return decode_problem("a deflated frame of ", compressed.size(), " bytes gives ", given,
                          "; expected ", frame.size());
  }
  return to_interleaved_rgb(photometric_interpretation, layout, frame);
}

}  // namespace dcmflow
