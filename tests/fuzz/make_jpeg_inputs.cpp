// JPEG images for the target "jpeg".

#include <string>
#include <utility>

#include "test-data/dicom_builder.h"
#include "tests/fuzz/codec_frame.h"

namespace dcmflow::fuzz {
namespace {

namespace syntax = dcmflow::transfer_syntax;

void add_jpeg(const Inputs& inputs) {
  CodecFrame ybr = colour;
  ybr.photometric_interpretation = "YBR_FULL_422";
  add_codec(inputs, "jpeg", "lossless", grey16, codestream_of(grey16, syntax::jpeg_lossless));
  add_codec(inputs, "jpeg", "lossless_sv1", grey16,
            codestream_of(grey16, syntax::jpeg_lossless_sv1));
  add_codec(inputs, "jpeg", "lossless_colour", colour,
            codestream_of(colour, syntax::jpeg_lossless_sv1));
  add_codec(inputs, "jpeg", "lossless_grey8", grey8, codestream_of(grey8, syntax::jpeg_lossless));
  add_codec(inputs, "jpeg", "lossless_12", signed12,
            codestream_of(signed12, syntax::jpeg_lossless));
  add_codec(inputs, "jpeg", "baseline", grey8, codestream_of(grey8, syntax::jpeg_baseline));
  add_codec(inputs, "jpeg", "baseline_colour", ybr, codestream_of(colour, syntax::jpeg_baseline));
  add_codec(inputs, "jpeg", "extended", grey12, codestream_of(grey12, syntax::jpeg_extended));
}

// Images that decoders refuse, or that lack their end.
void add_damaged_jpeg(const Inputs& inputs) {
  constexpr std::uint8_t sof3 = 0xC3;
  constexpr std::uint8_t sos = 0xDA;
  const auto lossless = codestream_of(grey16, syntax::jpeg_lossless_sv1);
  const auto add = [&](const char* name, Bytes stream) {
    add_codec(inputs, "jpeg", name, grey16, std::move(stream));
  };
  const auto add_with = [&](const char* name, const Bytes& segment) {
    auto stream = lossless;
    stream.insert(stream.begin() + 2, segment.begin(), segment.end());
    add(name, stream);
  };
  add_with("restart", {0xFF, 0xDD, 0, 4, 0, 9});
  add_with("odd_restart", {0xFF, 0xDD, 0, 4, 0, 8});
  add_with("full_table",
           {0xFF, 0xC4, 0, 22, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3});
  add_with("wide_table",
           {0xFF, 0xC4, 0, 20, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 17});
  add("cut", Bytes(lossless.begin(), lossless.end() - 20));
  auto twice = lossless;
  const auto header = find_marker(twice, sof3);
  const Bytes copy(header, header + 2 + header[3]);
  twice.insert(header, copy.begin(), copy.end());
  add("two_headers", twice);
  auto process = lossless;
  find_marker(process, sof3)[1] = 0xC9;
  add("arithmetic", process);
  auto predictor = lossless;
  find_marker(predictor, sos)[7] = 9;
  add("no_predictor", predictor);
  auto component = lossless;
  find_marker(component, sos)[5] = 77;
  add("no_component", component);
  auto table = lossless;
  find_marker(table, sos)[6] = 0x30;
  add("no_table", table);
  for (std::uint8_t k = 2; k <= 7; ++k) {
    auto other = lossless;
    find_marker(other, sos)[7] = k;
    add(("predictor_" + std::to_string(k)).c_str(), other);
  }
  const auto baseline = codestream_of(grey8, syntax::jpeg_baseline);
  auto open = baseline;  // an even length
  open.erase(find_marker(open, 0xD9), open.end());
  add_codec(inputs, "jpeg", "baseline_open", grey8, open);
  add_codec(inputs, "jpeg", "baseline_cut", grey8, Bytes(baseline.begin(), baseline.end() - 30));
}

}  // namespace

void add_jpeg_frames(const Inputs& inputs) {
  add_jpeg(inputs);
  add_damaged_jpeg(inputs);
}

}  // namespace dcmflow::fuzz
