// Files of each syntax and kind for the target "files".

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/fuzz/series_input.h"
#include "tests/support/mosaic.h"
#include "tests/support/multi_frame.h"

namespace dcmflow::fuzz {
namespace {

namespace syntax = dcmflow::transfer_syntax;

// Pixels of other kinds, and attributes of the kinds that rules ask for.
void add_single_files(const Inputs& inputs) {
  const auto colours = [] {
    return DicomBuilder()
        .set("SamplesPerPixel", "3")
        .set("PhotometricInterpretation", "RGB")
        .set("PlanarConfiguration", "1")
        .set("BitsAllocated", "8")
        .set("BitsStored", "8")
        .set("HighBit", "7")
        .set("PixelRepresentation", "0");
  };
  inputs.add("files", "planes", colours().bytes());
  inputs.add("files", "ybr", colours().set("PhotometricInterpretation", "YBR_FULL_422").bytes());
  inputs.add("files", "colour_rle", colours().set("PlanarConfiguration", "0").bytes(syntax::rle));
  inputs.add("files", "encapsulated", DicomBuilder().bytes(syntax::encapsulated_uncompressed));
  inputs.add("files", "frames",
             DicomBuilder().set("NumberOfFrames", "3").bytes(syntax::jpeg_lossless_sv1));
  inputs.add("files", "frames_big",
             DicomBuilder().set("NumberOfFrames", "3").bytes(syntax::explicit_big));
  inputs.add(
      "files", "nested",
      DicomBuilder()
          .set_in("RequestAttributesSequence", 0, "RequestedProcedureDescription", "head")
          .set_in("RequestAttributesSequence[0].ScheduledProtocolCodeSequence", 0, "CodeValue", "1")
          .set_in("RequestAttributesSequence[0].ScheduledProtocolCodeSequence", 1, "CodeValue", "2")
          .set_in("PerformedProtocolCodeSequence", 0, "CodeValue", "3")
          .set_private(0x0009, "A", 0x01, "LO", "text")
          .set_private(0x0021, "A", 0x01, "DS", "1.5")
          .bytes());
  inputs.add(
      "files", "nested_implicit",
      DicomBuilder()
          .set_in("RequestAttributesSequence", 0, "RequestedProcedureDescription", "head")
          .set_in("RequestAttributesSequence[0].ScheduledProtocolCodeSequence", 1, "CodeValue", "2")
          .set_private(0x0009, "A", 0x01, "LO", "text")
          .undefined_lengths()
          .bytes(syntax::implicit_little));
}

void add_series_of_each_syntax(const Inputs& inputs) {
  const std::pair<const char*, std::string_view> syntaxes[] = {
      {"implicit", syntax::implicit_little},
      {"explicit", syntax::explicit_little},
      {"big", syntax::explicit_big},
      {"deflated", syntax::deflated},
      {"rle", syntax::rle},
      {"jpeg_lossless", syntax::jpeg_lossless_sv1},
      {"jpeg_ls", syntax::jpeg_ls},
      {"jpeg_2000", syntax::jpeg_2000_lossless}};
  for (const auto& [name, uid] : syntaxes) inputs.add("files", name, series(uid));
  inputs.add("files", "same_uid",
             series(syntax::explicit_little, set_all("SOPInstanceUID", "1.2.3.9")));
  inputs.add("files", "same_place",
             series(syntax::explicit_little, set_all("ImagePositionPatient", "1\\2\\3")));
  inputs.add("files", "table",
             DicomBuilder()
                 .set_in("ModalityLUTSequence", 0, "LUTDescriptor", "16\\0\\16")
                 .set_in("ModalityLUTSequence", 0, "ModalityLUTType", "US")
                 .bytes());
  inputs.add("files", "palette",
             DicomBuilder().set("PhotometricInterpretation", "PALETTE COLOR").bytes());
  inputs.add("files", "undefined_lengths",
             enhanced_phantom({.series = {.columns = 4, .rows = 3, .slices = 3}, .order = {}})
                 .undefined_lengths()
                 .bytes());
  inputs.add(
      "files", "enhanced",
      enhanced_phantom({.series = {.columns = 4, .rows = 3, .slices = 3}, .order = {}}).bytes());
  const MosaicPhantom mosaic{.columns = 3, .rows = 2, .tiles = 3, .across = 2, .down = 2};
  auto file = mosaic_file(mosaic);
  set_csa(file, 0x10, csa_header(csa_image_elements(mosaic), CsaFormat::sv10));
  set_csa(file, 0x20, csa_header(csa_series_elements(mosaic), CsaFormat::sv10));
  inputs.add("files", "mosaic", file.bytes());
}

// Frames that are read in other ways.
void add_stored_frames(const Inputs& inputs) {
  const MultiFrameCase three{.series = {.columns = 4, .rows = 3, .slices = 3}, .order = {}};
  const std::pair<const char*, std::string_view> syntaxes[] = {
      {"enhanced_lossless", syntax::jpeg_lossless_sv1}, {"enhanced_rle", syntax::rle},
      {"enhanced_deflated", syntax::deflated},          {"enhanced_big", syntax::explicit_big},
      {"enhanced_implicit", syntax::implicit_little},   {"enhanced_jpeg_2000", syntax::jpeg_2000}};
  for (const auto& [name, uid] : syntaxes)
    inputs.add("files", name, enhanced_phantom(three).bytes(uid));
  auto unordered = three;
  unordered.order = {2, 0, 1, 2, 0, 1};
  unordered.slope_step = 0.5;
  inputs.add("files", "enhanced_volumes", enhanced_phantom(unordered).bytes());
  const auto file = DicomBuilder().bytes();
  inputs.add("files", "without_preamble", Bytes(file.begin() + 132, file.end()));
  inputs.add("files", "cut", Bytes(file.begin(), file.end() - 10));
  const auto lossless = DicomBuilder().bytes(syntax::jpeg_lossless_sv1);
  inputs.add("files", "cut_fragment", Bytes(lossless.begin(), lossless.end() - 20));
  const auto deflated = DicomBuilder().bytes(syntax::deflated);
  inputs.add("files", "cut_deflated", Bytes(deflated.begin(), deflated.end() - 12));
  inputs.add("files", "lossy", series(syntax::jpeg_2000));
}

}  // namespace

void add_files(const Inputs& inputs) {
  add_series_of_each_syntax(inputs);
  add_single_files(inputs);
  add_stored_frames(inputs);
}

}  // namespace dcmflow::fuzz
