// JPEG images: the frame header is read here and compared with the layout; then lossless ones are
// decoded by our own decoder and the others by DCMTK's IJG libraries, one for 8 and one for 12
// bits.

#include <array>
#include <limits>

#include "dcmtk/config/osconfig.h"
#include "dcmtk/dcmjpeg/djcparam.h"
#include "dcmtk/dcmjpeg/djdijg12.h"
#include "dcmtk/dcmjpeg/djdijg8.h"
#include "stages/codecs/decoders.h"
#include "stages/codecs/frame_samples.h"
#include "stages/codecs/jpeg_lossless.h"
#include "stages/codecs/jpeg_markers.h"

namespace dcmflow {

namespace {

// Counts the decoder's complaints instead of printing them: it goes on after one, with pixels that
// are made up.
template <class Decoder>
class QuietDecoder final : public Decoder {
 public:
  using Decoder::Decoder;
  void emitMessage(int level) const override { complaints_ += level == -1 ? 1 : 0; }
  std::uint64_t complaints() const { return complaints_; }
  void forget_complaints() { complaints_ = 0; }

  // Suspends (EJ_Suspension) at the end of `bytes` unless the frame is complete; the next call goes
  // on behind them. DCMTK reads outside an empty buffer, so it never gets one.
  OFCondition feed(std::span<const std::uint8_t> bytes, std::span<std::uint8_t> samples) {
    if (bytes.empty()) return EJ_Suspension;
    // The decoder only reads the bytes, whatever its signature says.
    return this->decode(const_cast<Uint8*>(bytes.data()), static_cast<Uint32>(bytes.size()),
                        samples.data(), static_cast<Uint32>(samples.size()), OFFalse);
  }

 private:
  mutable std::uint64_t complaints_ = 0;
};

// Whether the one scan that follows completes the frame. Without its end marker any other image may
// lack whole scans, and nobody could tell.
bool has_one_scan(const JpegFrameHeader& header, const JpegSegment& scan) {
  return header.marker != jpeg_marker::sof2 && !scan.parameters.empty() &&
         scan.parameters[0] == header.components.size() / 3;
}

template <class Decoder>
Status decode_with(std::span<const std::uint8_t> image, const JpegFrameHeader& header, bool is_ybr,
                   std::span<std::uint8_t> samples) {
  constexpr std::array<std::uint8_t, 2> end_of_image = {0xFF, jpeg_marker::eoi};
  const auto scan = find_jpeg_scan(image);
  if (!scan) return scan.problem();
  const DJCodecParameter parameters(ECC_lossyYCbCr, EDC_photometricInterpretation, EUC_never,
                                    EPC_colorByPixel);
  QuietDecoder<Decoder> decoder(parameters, is_ybr ? OFTrue : OFFalse);
  OFCondition condition = decoder.init();
  if (condition.good()) condition = decoder.feed(image.first(scan->end), samples);
  // Oddities of the headers (a wrong spectral range in SOS, an Adobe marker of unknown kind) make
  // up no pixels.
  decoder.forget_complaints();
  if (condition == EJ_Suspension) condition = decoder.feed(image.subspan(scan->end), samples);
  // With an end marker the image is complete when only that was missing; else the decoder
  // complains.
  if (condition == EJ_Suspension && has_one_scan(header, *scan)) {
    condition = decoder.feed(end_of_image, samples);
  }
  if (condition == EJ_Suspension) {
    return decode_problem("the JPEG image ends after ", image.size(),
                          " bytes, before it is complete");
  }
  if (condition.bad()) return decode_problem("the JPEG image is damaged: ", condition.text());
  if (decoder.complaints() > 0) {
    return decode_problem("the JPEG image of ", image.size(), " bytes has ", decoder.complaints(),
                          " damaged places; expected 0");
  }
  return Done{};
}

// Each scan of a progressive image costs a pass over the frame; the richest script of an 8-bit
// image has fewer than this.
Status check_scans(std::span<const std::uint8_t> image) {
  constexpr std::uint64_t max_scans = 600;
  std::uint64_t scans = 0;
  for (std::size_t i = 1; i < image.size(); ++i) {
    scans += image[i] == jpeg_marker::sos && image[i - 1] == 0xFF ? 1 : 0;
  }
  if (scans <= max_scans) return Done{};
  return decode_problem("a JPEG image with ", scans, " scans; expected at most ", max_scans);
}

Status decode_lossy(std::span<const std::uint8_t> image, const JpegFrameHeader& header, bool is_ybr,
                    std::span<std::uint8_t> samples) {
  constexpr std::uint64_t limit = std::numeric_limits<Uint32>::max();
  if (image.size() > limit || samples.size() > limit) {
    return decode_problem("a JPEG image of ", image.size(), " bytes for a frame of ",
                          samples.size(), "; expected at most ", limit);
  }
  if (auto status = check_scans(image); !status) return status;
  if (header.precision == 8)
    return decode_with<DJDecompressIJG8Bit>(image, header, is_ybr, samples);
  return decode_with<DJDecompressIJG12Bit>(image, header, is_ybr, samples);
}

}  // namespace

Status decode_jpeg(std::span<const std::uint8_t> compressed, const PixelLayout& layout,
                   std::string_view photometric_interpretation, std::span<std::uint8_t> frame) {
  if (auto status = check_layout(layout, frame.size()); !status) return status;
  const auto header = find_jpeg_frame_header(compressed);
  if (!header) return header.problem();
  const StreamShape shape{"JPEG", header->columns, header->rows,
                          static_cast<std::uint32_t>(header->components.size() / 3),
                          header->precision};
  if (auto status = check_shape(shape, layout); !status) return status;
  const std::size_t sample_bytes = header->precision <= 8 ? 1 : 2;
  const auto samples = packed_samples(frame, layout, sample_bytes);
  const bool is_lossless = header->marker == jpeg_marker::sof3;
  if (is_lossless) {
    if (auto status = decode_jpeg_lossless(compressed, *header, samples); !status) return status;
  } else if (header->marker <= jpeg_marker::sof2 &&
             (header->precision == 8 || header->precision == 12)) {
    const bool is_ybr = photometric_interpretation.starts_with("YBR_");
    if (auto status = decode_lossy(compressed, *header, is_ybr, samples); !status) return status;
  } else {
    return decode_problem("JPEG process SOF", std::uint64_t{header->marker} - jpeg_marker::sof0,
                          " with ", std::uint64_t{header->precision},
                          " bits; expected SOF0 to SOF2 with 8 or 12, or SOF3");
  }
  widen_samples(frame, layout, sample_bytes);
  return is_lossless ? convert_ybr_full(photometric_interpretation, layout, frame) : Status{Done{}};
}

}  // namespace dcmflow
