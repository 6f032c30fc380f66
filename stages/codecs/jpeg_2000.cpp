// JPEG 2000 and high-throughput JPEG 2000 by OpenJPEG.

#include <openjpeg.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string>

#include "stages/codecs/decoders.h"
#include "stages/codecs/frame_samples.h"

namespace dcmflow {

namespace {

using Bytes = std::span<const std::uint8_t>;

std::uint32_t read_u32(Bytes bytes, std::size_t offset) {
  return std::uint32_t{bytes[offset]} << 24 | std::uint32_t{bytes[offset + 1]} << 16 |
         std::uint32_t{bytes[offset + 2]} << 8 | bytes[offset + 3];
}

// The codestream within a JP2 file (ISO/IEC 15444-1 annex I): the contents of its jp2c box.
// Anything else is left as it is.
Bytes find_codestream(Bytes compressed) {
  constexpr std::uint32_t signature_box = 0x6A502020;
  constexpr std::uint32_t codestream_box = 0x6A703263;
  constexpr std::size_t header_bytes = 8;
  if (compressed.size() < header_bytes || read_u32(compressed, 4) != signature_box) {
    return compressed;
  }
  for (std::size_t offset = 0; compressed.size() - offset >= header_bytes;) {
    const std::size_t rest = compressed.size() - offset;
    const std::size_t length = read_u32(compressed, offset);
    const bool is_last = length == 0;  // reaches to the end
    if (read_u32(compressed, offset + 4) == codestream_box) {
      const bool fits = length >= header_bytes && length <= rest;
      return compressed.subspan(offset + header_bytes, (fits ? length : rest) - header_bytes);
    }
    if (is_last || length < header_bytes || length > rest) break;
    offset += length;
  }
  return {};
}

// The codestream as OpenJPEG reads it: `bytes` and then `end`.
struct Source {
  Bytes bytes;
  Bytes end;
  std::size_t position = 0;

  std::size_t size() const { return bytes.size() + end.size(); }
  Bytes rest() const {
    return position < bytes.size() ? bytes.subspan(position) : end.subspan(position - bytes.size());
  }
};

// Some writers leave out the end marker, or put a comment before it to fill up space (A.9.2 allows
// comments in headers only). OpenJPEG takes both for a broken tile, so a codestream whose last
// tile-part is complete gets a new end behind it.
Source open_source(Bytes codestream) {
  static constexpr std::array<std::uint8_t, 2> end_of_codestream = {0xFF, 0xD9};
  constexpr std::uint32_t sot = 0xFF90;
  constexpr std::uint32_t com = 0xFF64;
  bool in_tiles = false;
  std::size_t offset = 2;
  while (offset <= codestream.size() && codestream.size() - offset >= 10) {
    const std::uint32_t head = read_u32(codestream, offset);  // marker and length
    in_tiles = in_tiles || head >> 16 == sot;
    if (in_tiles && head >> 16 != sot) {
      if (head >> 16 != com) return {codestream, {}};
      return {codestream.first(offset), end_of_codestream};
    }
    const std::size_t length = in_tiles ? read_u32(codestream, offset + 6) : 2 + (head & 0xFFFF);
    if (length < 4 || length > codestream.size() - offset) return {codestream, {}};
    offset += length;
  }
  const bool has_no_end = in_tiles && offset == codestream.size();
  return {codestream, has_no_end ? Bytes(end_of_codestream) : Bytes()};
}

std::uint64_t tiles_along(std::uint64_t end, std::uint64_t origin, std::uint64_t size) {
  return size == 0 || origin > end ? 0 : (end - origin + size - 1) / size;
}

// The image and tile size (A.5.1), compared with the layout before OpenJPEG sees it: it allocates
// about 6 kB for each tile.
Status check_size(Bytes codestream, const PixelLayout& layout) {
  constexpr std::size_t fixed_bytes = 45;  // SOC, SIZ, Lsiz … Csiz, and the first component
  constexpr std::uint32_t soc_siz = 0xFF4FFF51;
  constexpr std::uint64_t max_tiles = 4096;
  if (codestream.size() < fixed_bytes || read_u32(codestream, 0) != soc_siz) {
    return decode_problem("a JPEG 2000 codestream of ", codestream.size(),
                          " bytes without its image size; expected at least ", fixed_bytes);
  }
  const std::uint64_t right = read_u32(codestream, 8);
  const std::uint64_t bottom = read_u32(codestream, 12);
  const std::uint64_t left = read_u32(codestream, 16);
  const std::uint64_t top = read_u32(codestream, 20);
  const StreamShape shape{"JPEG 2000", static_cast<std::uint32_t>(right > left ? right - left : 0),
                          static_cast<std::uint32_t>(bottom > top ? bottom - top : 0),
                          std::uint32_t{codestream[40]} << 8 | codestream[41],
                          (codestream[42] & 0x7FU) + 1};
  if (auto status = check_shape(shape, layout); !status) return status;
  const std::uint64_t tiles =
      tiles_along(right, read_u32(codestream, 32), read_u32(codestream, 24)) *
      tiles_along(bottom, read_u32(codestream, 36), read_u32(codestream, 28));
  if (tiles < 1 || tiles > max_tiles) {
    return decode_problem("a JPEG 2000 image in ", tiles, " tiles; expected 1 to ", max_tiles);
  }
  return Done{};
}

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

// What the codestream demands beyond its pixels: OpenJPEG keeps a flag for every packet of a tile.
Status check_packets(opj_codec_t* codec) {
  constexpr std::uint64_t max_layers = 1024;
  opj_codestream_info_v2_t* info = opj_get_cstr_info(codec);
  const std::uint64_t layers = info == nullptr ? 0 : info->m_default_tile_info.numlayers;
  opj_destroy_cstr_info(&info);
  if (layers >= 1 && layers <= max_layers) return Done{};
  return decode_problem("a JPEG 2000 image with ", layers, " layers; expected 1 to ", max_layers);
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

}  // namespace

Status decode_jpeg_2000(std::span<const std::uint8_t> compressed, const PixelLayout& layout,
                        std::string_view photometric_interpretation,
                        std::span<std::uint8_t> frame) {
  if (auto status = check_layout(layout, frame.size()); !status) return status;
  Source source = open_source(find_codestream(compressed));
  if (auto status = check_size(source.bytes, layout); !status) return status;
  std::string error;
  const Stream stream = open_stream(source);
  const Codec codec = open_codec(error);
  if (!stream || !codec) return decode_problem("the JPEG 2000 decoder cannot be set up");
  opj_image_t* header = nullptr;
  const bool has_header = opj_read_header(stream.get(), codec.get(), &header) == OPJ_TRUE;
  const Image image(header, opj_image_destroy);
  if (has_header && image) {
    if (auto status = check_packets(codec.get()); !status) return status;
    if (auto status = check_components(*image, layout); !status) return status;
    if (opj_decode(codec.get(), stream.get(), image.get()) == OPJ_TRUE) {
      if (auto status = check_components(*image, layout); !status) return status;
      for (std::uint32_t c = 0; c < image->numcomps; ++c) {
        if (image->comps[c].data == nullptr) error = "a component has no pixels";
      }
      if (error.empty()) {
        store_image(*image, layout, frame);
        return convert_ybr_full(photometric_interpretation, layout, frame);
      }
    }
  }
  return decode_problem("the JPEG 2000 codestream of ", source.bytes.size(),
                        " bytes is damaged: ", std::string_view(error));
}

}  // namespace dcmflow
