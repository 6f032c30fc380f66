#include <charls/charls.h>

#include "test-data/encode_frame.h"

namespace dcmflow {
namespace {

// The stored bits alone: a sign that was extended above them is no sample of theirs.
std::vector<std::uint8_t> stored_bits(std::span<const std::uint8_t> frame,
                                      const FrameShape& shape) {
  std::vector<std::uint8_t> cells(frame.begin(), frame.end());
  const unsigned mask = (1U << shape.bits_stored) - 1;
  const std::size_t cell_bytes = shape.bits_allocated / 8;
  for (std::size_t i = 0; i < cells.size(); ++i)
    cells[i] &= static_cast<std::uint8_t>(mask >> (8 * (i % cell_bytes)));
  return cells;
}

std::vector<std::uint8_t> encode(std::span<const std::uint8_t> frame, const FrameShape& shape,
                                 int near_lossless) {
  const auto cells = stored_bits(frame, shape);
  charls::jpegls_encoder encoder;
  encoder
      .frame_info({shape.columns, shape.rows, static_cast<int>(shape.bits_stored),
                   static_cast<int>(shape.samples)})
      .near_lossless(near_lossless)
      .interleave_mode(shape.samples == 1 ? charls::interleave_mode::none
                                          : charls::interleave_mode::sample);
  std::vector<std::uint8_t> stream(encoder.estimated_destination_size());
  encoder.destination(stream);
  stream.resize(encoder.encode(cells));
  return stream;
}

}  // namespace

std::vector<std::uint8_t> encode_jpeg_ls(std::span<const std::uint8_t> frame,
                                         const FrameShape& shape) {
  return encode(frame, shape, 0);
}

std::vector<std::uint8_t> encode_jpeg_ls_near(std::span<const std::uint8_t> frame,
                                              const FrameShape& shape) {
  return encode(frame, shape, 2);
}

}  // namespace dcmflow
