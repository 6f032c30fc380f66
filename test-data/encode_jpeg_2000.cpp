#include <openjpeg.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <memory>
#include <stdexcept>

#include "test-data/encode_frame.h"

namespace dcmflow {
namespace {

// An OpenJPEG output stream that grows a vector. The encoder seeks back to patch lengths.
struct Sink {
  std::vector<std::uint8_t> bytes;
  std::size_t position = 0;
};

OPJ_SIZE_T write_sink(void* buffer, OPJ_SIZE_T count, void* user) {
  auto& sink = *static_cast<Sink*>(user);
  sink.bytes.resize(std::max(sink.bytes.size(), sink.position + count));
  std::memcpy(sink.bytes.data() + sink.position, buffer, count);
  sink.position += count;
  return count;
}

OPJ_OFF_T skip_sink(OPJ_OFF_T count, void* user) {
  auto& sink = *static_cast<Sink*>(user);
  sink.position += static_cast<std::size_t>(count);
  sink.bytes.resize(std::max(sink.bytes.size(), sink.position));
  return count;
}

OPJ_BOOL seek_sink(OPJ_OFF_T position, void* user) {
  auto& sink = *static_cast<Sink*>(user);
  sink.position = static_cast<std::size_t>(position);
  sink.bytes.resize(std::max(sink.bytes.size(), sink.position));
  return OPJ_TRUE;
}

template <class T, auto destroy>
struct Destroy {
  void operator()(T* object) const { destroy(object); }
};
using Image = std::unique_ptr<opj_image_t, Destroy<opj_image_t, opj_image_destroy>>;
using Codec = std::unique_ptr<opj_codec_t, Destroy<opj_codec_t, opj_destroy_codec>>;
using Stream = std::unique_ptr<opj_stream_t, Destroy<opj_stream_t, opj_stream_destroy>>;

OPJ_INT32 sample_value(const std::uint8_t* cell, const FrameShape& shape) {
  const unsigned word = shape.bits_allocated == 16 ? cell[0] | cell[1] << 8U : cell[0];
  const unsigned stored = word & ((1U << shape.bits_stored) - 1);
  const bool negative = shape.is_signed && (stored >> (shape.bits_stored - 1)) != 0;
  return static_cast<OPJ_INT32>(stored) - (negative ? 1 << shape.bits_stored : 0);
}

Image make_image(std::span<const std::uint8_t> frame, const FrameShape& shape) {
  std::array<opj_image_cmptparm_t, 3> components{};
  for (auto& component : components) {
    component.dx = component.dy = 1;
    component.w = shape.columns;
    component.h = shape.rows;
    component.prec = shape.bits_stored;
    component.sgnd = shape.is_signed ? 1 : 0;
  }
  Image image(opj_image_create(shape.samples, components.data(),
                               shape.samples == 3 ? OPJ_CLRSPC_SRGB : OPJ_CLRSPC_GRAY));
  if (!image) throw std::runtime_error("OpenJPEG makes no image");
  image->x1 = shape.columns;
  image->y1 = shape.rows;
  const std::size_t cell_bytes = shape.bits_allocated / 8;
  const std::size_t cells = std::size_t{shape.columns} * shape.rows * shape.samples;
  for (std::size_t i = 0; i < cells; ++i)
    image->comps[i % shape.samples].data[i / shape.samples] =
        sample_value(frame.data() + i * cell_bytes, shape);
  return image;
}

opj_cparameters_t make_parameters(const FrameShape& shape, bool lossless) {
  opj_cparameters_t parameters;
  opj_set_default_encoder_parameters(&parameters);
  // Each resolution halves the image; more of them than the image has halvings is an error.
  const auto halvings = std::bit_width(std::min(shape.columns, shape.rows));
  parameters.numresolution = std::min(6, static_cast<int>(halvings));
  parameters.tcp_numlayers = 1;
  parameters.cp_disto_alloc = 1;
  parameters.tcp_mct = shape.samples == 3 ? 1 : 0;
  parameters.irreversible = lossless ? 0 : 1;
  parameters.tcp_rates[0] = lossless ? 0.0F : 10.0F;
  return parameters;
}

std::vector<std::uint8_t> encode(std::span<const std::uint8_t> frame, const FrameShape& shape,
                                 bool lossless) {
  const Image image = make_image(frame, shape);
  opj_cparameters_t parameters = make_parameters(shape, lossless);
  const Codec codec(opj_create_compress(OPJ_CODEC_J2K));
  const Stream stream(opj_stream_default_create(OPJ_FALSE));
  Sink sink;
  opj_stream_set_user_data(stream.get(), &sink, nullptr);
  opj_stream_set_write_function(stream.get(), write_sink);
  opj_stream_set_skip_function(stream.get(), skip_sink);
  opj_stream_set_seek_function(stream.get(), seek_sink);
  const bool done = opj_setup_encoder(codec.get(), &parameters, image.get()) == OPJ_TRUE &&
                    opj_start_compress(codec.get(), image.get(), stream.get()) == OPJ_TRUE &&
                    opj_encode(codec.get(), stream.get()) == OPJ_TRUE &&
                    opj_end_compress(codec.get(), stream.get()) == OPJ_TRUE;
  if (!done) throw std::runtime_error("OpenJPEG does not encode the frame");
  return std::move(sink.bytes);
}

}  // namespace

std::vector<std::uint8_t> encode_jpeg_2000_lossless(std::span<const std::uint8_t> frame,
                                                    const FrameShape& shape) {
  return encode(frame, shape, true);
}

std::vector<std::uint8_t> encode_jpeg_2000(std::span<const std::uint8_t> frame,
                                           const FrameShape& shape) {
  return encode(frame, shape, false);
}

}  // namespace dcmflow
