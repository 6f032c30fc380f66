// JPEG-LS: headers and rare streams by CharLS, lossless ones of one component by our own decoder.

#include <charls/charls_jpegls_decoder.h>

#include <vector>

#include "stages/codecs/decoders.h"
#include "stages/codecs/frame_samples.h"
#include "stages/codecs/jpeg_ls_grey.h"
#include "stages/codecs/jpeg_markers.h"

namespace dcmflow {

namespace {

std::int32_t or_default(std::int32_t value, std::int32_t by_default) {
  return value != 0 ? value : by_default;
}

// What lies between SOS and the end marker of a stream that has both.
std::span<const std::uint8_t> scan_of(std::span<const std::uint8_t> stream) {
  const auto header = find_jpeg_scan(stream);
  if (!header || header->end + 2 > stream.size()) return {};
  return stream.first(stream.size() - 2).subspan(header->end);
}

// False where the stream is none of those that are ours, or not as an encoder makes it: CharLS has
// the word on what is damaged.
bool decode_grey(const charls::jpegls_decoder& decoder, std::span<const std::uint8_t> stream,
                 std::span<std::uint8_t> samples) {
  const charls::frame_info& info = decoder.frame_info();
  if (info.component_count != 1 || decoder.near_lossless() != 0 || info.bits_per_sample > 16)
    return false;
  const auto preset = decoder.preset_coding_parameters();
  const auto bits = static_cast<unsigned>(info.bits_per_sample);
  auto coding = JpegLsCoding::of_bits(bits);
  auto& [t1, t2, t3] = coding.thresholds;
  t1 = or_default(preset.threshold1, t1);
  t2 = or_default(preset.threshold2, t2);
  t3 = or_default(preset.threshold3, t3);
  coding.reset = or_default(preset.reset_value, coding.reset);
  const std::int32_t greatest = (1 << bits) - 1;
  return or_default(preset.maximum_sample_value, greatest) == greatest && is_usable(coding) &&
         decode_jpeg_ls_grey(scan_of(stream), coding, info.width, samples);
}

// Decodes the pixels behind a header that has been compared with the layout. CharLS throws on
// damage.
void decode_pixels(const charls::jpegls_decoder& decoder, const charls::frame_info& info,
                   std::size_t sample_bytes, std::span<std::uint8_t> samples) {
  if (info.component_count == 1 || decoder.interleave_mode() != charls::interleave_mode::none) {
    decoder.decode(samples.data(), samples.size());
    return;
  }
  std::vector<std::uint8_t> planes(samples.size());
  decoder.decode(planes);
  interleave_planes(planes, static_cast<std::size_t>(info.component_count), sample_bytes, samples);
}

// The stream up to its last end marker, or nothing. CharLS 2.4 loops for ever on entropy-coded data
// that end without a marker.
std::span<const std::uint8_t> up_to_end_marker(std::span<const std::uint8_t> compressed) {
  for (std::size_t size = compressed.size(); size >= 2; --size) {
    if (compressed[size - 2] == 0xFF && compressed[size - 1] == 0xD9) return compressed.first(size);
  }
  return {};
}

Status decode_stream(std::span<const std::uint8_t> stream, const PixelLayout& layout,
                     std::span<std::uint8_t> frame, charls::jpegls_errc& error_code) {
  try {
    charls::jpegls_decoder decoder;
    decoder.source(stream.data(), stream.size());
    decoder.read_header();
    const charls::frame_info& info = decoder.frame_info();
    const StreamShape shape{"JPEG-LS", info.width, info.height,
                            static_cast<std::uint32_t>(info.component_count),
                            static_cast<std::uint32_t>(info.bits_per_sample)};
    if (auto status = check_shape(shape, layout); !status) return status;
    const std::size_t sample_bytes = info.bits_per_sample <= 8 ? 1 : 2;
    const auto samples = packed_samples(frame, layout, sample_bytes);
    if (!decode_grey(decoder, stream, samples)) decode_pixels(decoder, info, sample_bytes, samples);
    widen_samples(frame, layout, sample_bytes);
    return Done{};
  } catch (const charls::jpegls_error& error) {
    error_code = static_cast<charls::jpegls_errc>(error.code().value());
    return decode_problem("the JPEG-LS stream of ", stream.size(),
                          " bytes is damaged: ", std::string_view(error.what()));
  }
}

}  // namespace

Status decode_jpeg_ls(std::span<const std::uint8_t> compressed, const PixelLayout& layout,
                      std::string_view photometric_interpretation, std::span<std::uint8_t> frame) {
  if (auto status = check_layout(layout, frame.size()); !status) return status;
  const auto stream = up_to_end_marker(compressed);
  if (stream.empty()) {
    return decode_problem("a JPEG-LS stream of ", compressed.size(),
                          " bytes that does not end with FF D9");
  }
  auto error_code = charls::jpegls_errc::success;
  auto status = decode_stream(stream, layout, frame, error_code);
  // Some writers fill up to an even length with a zero before the end marker instead of behind it.
  const bool has_padding = stream.size() > 2 && stream[stream.size() - 3] == 0;
  if (has_padding && error_code == charls::jpegls_errc::jpeg_marker_start_byte_not_found) {
    std::vector<std::uint8_t> unpadded(stream.begin(), stream.end());
    unpadded.erase(unpadded.end() - 3);
    status = decode_stream(unpadded, layout, frame, error_code);
  }
  if (!status) return status;
  return convert_ybr_full(photometric_interpretation, layout, frame);
}

}  // namespace dcmflow
