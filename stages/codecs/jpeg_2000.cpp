// JPEG 2000 by OpenJPEG, and the high-throughput codestreams that OpenJPH may not be given.

#include <openjpeg.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>

#include "stages/codecs/decoders.h"
#include "stages/codecs/frame_samples.h"
#include "stages/codecs/high_throughput.h"
#include "stages/codecs/htj2k.h"
#include "stages/codecs/htj2k_headers.h"
#include "stages/codecs/jpeg_2000_codestream.h"
#include "stages/codecs/packet_markers.h"

namespace dcmflow {

namespace {

using Bytes = std::span<const std::uint8_t>;

// The codestream as OpenJPEG reads it: its bytes and then its end.
struct Source {
  Jpeg2000Codestream codestream;
  std::size_t position = 0;

  std::size_t size() const { return codestream.bytes.size() + codestream.end.size(); }
  Bytes rest() const {
    const std::size_t first = codestream.bytes.size();
    return position < first ? codestream.bytes.subspan(position)
                            : codestream.end.subspan(position - first);
  }
};

constexpr OPJ_SIZE_T at_end = static_cast<OPJ_SIZE_T>(-1);

OPJ_SIZE_T read_source(void* buffer, OPJ_SIZE_T count, void* user) {
  auto& source = *static_cast<Source*>(user);
  const Bytes rest = source.rest();
  const std::size_t given = std::min(count, rest.size());
  if (given == 0) return at_end;
  std::memcpy(buffer, rest.data(), given);
  source.position += given;
  return given;
}

OPJ_OFF_T skip_source(OPJ_OFF_T count, void* user) {
  auto& source = *static_cast<Source*>(user);
  const auto rest = static_cast<OPJ_OFF_T>(source.size() - source.position);
  if (count < 0 || rest == 0) return -1;
  const OPJ_OFF_T skipped = std::min(count, rest);
  source.position += static_cast<std::size_t>(skipped);
  return skipped;
}

OPJ_BOOL seek_source(OPJ_OFF_T position, void* user) {
  auto& source = *static_cast<Source*>(user);
  if (position < 0 || position > static_cast<OPJ_OFF_T>(source.size())) return OPJ_FALSE;
  source.position = static_cast<std::size_t>(position);
  return OPJ_TRUE;
}

void keep_first_message(const char* message, void* user) {
  auto& kept = *static_cast<std::string*>(user);
  if (!kept.empty()) return;
  kept = message;
  while (!kept.empty() && kept.back() == '\n') kept.pop_back();
}

void ignore_message(const char*, void*) {}

using Codec = std::unique_ptr<opj_codec_t, decltype(&opj_destroy_codec)>;
using Stream = std::unique_ptr<opj_stream_t, decltype(&opj_stream_destroy)>;
using Image = std::unique_ptr<opj_image_t, decltype(&opj_image_destroy)>;

Stream open_stream(Source& source) {
  Stream stream(opj_stream_default_create(OPJ_TRUE), opj_stream_destroy);
  if (!stream) return stream;
  opj_stream_set_user_data(stream.get(), &source, nullptr);
  opj_stream_set_user_data_length(stream.get(), source.size());
  opj_stream_set_read_function(stream.get(), read_source);
  opj_stream_set_skip_function(stream.get(), skip_source);
  opj_stream_set_seek_function(stream.get(), seek_source);
  return stream;
}

Codec open_codec(std::string& error) {
  Codec codec(opj_create_decompress(OPJ_CODEC_J2K), opj_destroy_codec);
  if (!codec) return codec;
  opj_set_error_handler(codec.get(), keep_first_message, &error);
  opj_set_warning_handler(codec.get(), ignore_message, nullptr);
  opj_set_info_handler(codec.get(), ignore_message, nullptr);
  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  if (opj_setup_decoder(codec.get(), &parameters) == OPJ_FALSE) codec.reset();
  // No threads of its own, whatever OPJ_NUM_THREADS says: frames are decoded in parallel.
  if (codec) opj_codec_set_threads(codec.get(), 0);
  return codec;
}

// Every component, on its own and undivided, has the layout's size and fits its bits.
Status check_components(const opj_image_t& image, const PixelLayout& layout) {
  for (std::uint32_t c = 0; c < image.numcomps; ++c) {
    const opj_image_comp_t& component = image.comps[c];
    const StreamShape shape{"JPEG 2000", component.w, component.h, image.numcomps, component.prec};
    if (auto status = check_shape(shape, layout); !status) return status;
  }
  return Done{};
}

template <class Sample>
void store_component(const opj_image_comp_t& component, std::size_t offset, std::size_t stride,
                     std::span<std::uint8_t> frame) {
  const std::size_t pixels = std::size_t{component.w} * component.h;
  std::uint8_t* out = frame.data() + offset * sizeof(Sample);
  for (std::size_t i = 0; i < pixels; ++i) {
    const auto sample = static_cast<Sample>(component.data[i]);
    std::memcpy(out + i * stride * sizeof(Sample), &sample, sizeof(Sample));
  }
}

void store_image(const opj_image_t& image, const PixelLayout& layout,
                 std::span<std::uint8_t> frame) {
  for (std::uint32_t c = 0; c < image.numcomps; ++c) {
    const opj_image_comp_t& component = image.comps[c];
    if (layout.bits_allocated == 8) {
      store_component<std::uint8_t>(component, c, image.numcomps, frame);
    } else if (layout.bits_allocated == 16) {
      store_component<std::uint16_t>(component, c, image.numcomps, frame);
    } else {
      store_component<std::uint32_t>(component, c, image.numcomps, frame);
    }
  }
}

Status decode_by_openjpeg(const Jpeg2000Codestream& codestream, const PixelLayout& layout,
                          std::span<std::uint8_t> frame) {
  if (auto status = check_high_throughput(codestream.bytes); !status) return status;
  Source source{codestream};
  std::string error;
  const Stream stream = open_stream(source);
  const Codec codec = open_codec(error);
  if (!stream || !codec) return decode_problem("the JPEG 2000 decoder cannot be set up");
  opj_image_t* header = nullptr;
  const bool has_header = opj_read_header(stream.get(), codec.get(), &header) == OPJ_TRUE;
  const Image image(header, opj_image_destroy);
  if (has_header && image) {
    if (auto status = check_components(*image, layout); !status) return status;
    if (opj_decode(codec.get(), stream.get(), image.get()) == OPJ_TRUE) {
      if (auto status = check_components(*image, layout); !status) return status;
      for (std::uint32_t c = 0; c < image->numcomps; ++c) {
        if (image->comps[c].data == nullptr) error = "a component has no pixels";
      }
      if (error.empty()) {
        store_image(*image, layout, frame);
        return Done{};
      }
    }
  }
  return decode_problem("the JPEG 2000 codestream of ", codestream.bytes.size(),
                        " bytes is damaged: ", std::string_view(error));
}

}  // namespace

Status decode_jpeg_2000(std::span<const std::uint8_t> compressed, const PixelLayout& layout,
                        std::string_view photometric_interpretation,
                        std::span<std::uint8_t> frame) {
  if (auto status = check_layout(layout, frame.size()); !status) return status;
  auto codestream = find_jpeg_2000_codestream(compressed, layout);
  if (!codestream) return codestream.problem();
  const auto plain = without_packet_markers(codestream->bytes);
  if (!plain.empty()) *codestream = {plain, {}};
  if (auto decoded = suits_openjph(codestream->bytes, layout)
                         ? decode_htj2k(codestream->bytes, layout, frame)
                         : decode_by_openjpeg(*codestream, layout, frame);
      !decoded)
    return decoded;
  return convert_ybr_full(photometric_interpretation, layout, frame);
}

}  // namespace dcmflow
