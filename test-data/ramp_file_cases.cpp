// Transfer syntaxes, multi-frame objects and damage.

#include <algorithm>

#include "test-data/ramp/file_bytes.h"
#include "test-data/ramp/multi_frame.h"
#include "test-data/ramp_cases.h"

namespace dcmflow::cases {
namespace {

constexpr Storage u8{.bits_allocated = 8, .bits_stored = 8, .is_signed = false};
constexpr Storage u12{.bits_stored = 12, .is_signed = false};
constexpr Storage u16{.is_signed = false};
constexpr Storage bit{.cell = Cell::bit, .bits_allocated = 1, .bits_stored = 1, .is_signed = false};

Change lossy(double values) {
  return fact([values](Facts& facts) { facts.tolerance_values = values; });
}

Change damage(void (*alter)(std::vector<std::uint8_t>&)) {
  return each([alter](File& file, unsigned) { file.damage = alter; });
}

Change named(const std::string& extension) {
  return each(
      [extension](File& file, unsigned k) { file.name = "slice" + std::to_string(k) + extension; });
}

void larger(Base& b, Random& /*random*/) {
  b.columns = 64;
  b.rows = 48;
}

Change own_slopes() {
  return [](Scene& scene) {
    for (File& file : scene.files)
      for (Frame& frame : file.frames) frame.slope = 0.5 + 0.125 * frame.slice;
  };
}

void concatenation(Scene& scene) {
  std::size_t before = 0;
  for (File& file : scene.files) {
    file.attributes.push_back({"ConcatenationUID", scene.study_uid + ".7"});
    file.attributes.push_back({"SOPInstanceUIDOfConcatenationSource", scene.study_uid + ".8"});
    file.attributes.push_back({"InConcatenationNumber", std::to_string(file.number)});
    file.attributes.push_back({"InConcatenationTotalNumber", std::to_string(scene.files.size())});
    file.attributes.push_back({"ConcatenationFrameOffsetNumber", std::to_string(before)});
    before += file.frames.size();
  }
}

// Few slices of which only these are labelled, so thin that the ramp crosses 0 in many of them.
Change labels(unsigned count, const std::vector<unsigned>& labelled) {
  return [=](Scene& scene) {
    base([count](Base& b, Random&) {
      b.gap = 0.05;
      b.slices = count;
    })(scene);
    only_slices(labelled)(scene);
    stored(bit)(scene);
    multi_frame(segmentation)(scene);
    scene.facts[0].gaps_are_empty = true;
  };
}

std::vector<RampCase> syntaxes() {
  namespace uid = transfer_syntax;
  return {
      {"implicit_little", "syntax", "Implicit VR Little Endian", {syntax(uid::implicit_little)}},
      {"explicit_big", "syntax", "Explicit VR Big Endian", {syntax(uid::explicit_big)}},
      {"deflated", "syntax", "Deflated Explicit VR", {syntax(uid::deflated)}},
      {"encapsulated_native",
       "syntax",
       "Encapsulated Uncompressed",
       {syntax(uid::encapsulated_uncompressed)}},
      {"rle", "syntax", "RLE Lossless", {syntax(uid::rle)}},
      {"jpeg_lossless", "syntax", "JPEG Lossless", {stored(u12), syntax(uid::jpeg_lossless)}},
      {"jpeg_lossless_sv1",
       "syntax",
       "JPEG Lossless, first-order prediction",
       {syntax(uid::jpeg_lossless_sv1)}},
      {"jpeg_ls", "syntax", "JPEG-LS", {stored(u12), syntax(uid::jpeg_ls)}},
      {"jpeg_ls_near",
       "syntax",
       "JPEG-LS, near-lossless",
       {stored(u12), syntax(uid::jpeg_ls_near), lossy(2)}},
      {"jpeg_2000_lossless", "syntax", "JPEG 2000, lossless", {syntax(uid::jpeg_2000_lossless)}},
      {"jpeg_2000",
       "syntax",
       "JPEG 2000, lossy",
       {base(larger), stored({.bits_stored = 12, .is_signed = false, .largest_scale = 2}),
        syntax(uid::jpeg_2000), lossy(6)}},
      {"htj2k_lossless",
       "syntax",
       "High-throughput JPEG 2000, lossless",
       {base(larger), syntax(uid::htj2k_lossless)}},
      {"htj2k_lossless_s12",
       "syntax",
       "the same, 12 bits, signed",
       {base(larger), stored({.bits_stored = 12}), syntax(uid::htj2k_lossless)}},
      {"htj2k_rpcl",
       "syntax",
       "High-throughput JPEG 2000 in order of resolution, lossless",
       {base(larger), stored(u12), syntax(uid::htj2k_rpcl)}},
      {"htj2k_rpcl_u16",
       "syntax",
       "the same, values above 32,767",
       {base(larger), stored({.is_signed = false, .largest_scale = 200}), syntax(uid::htj2k_rpcl)}},
      {"htj2k",
       "syntax",
       "High-throughput JPEG 2000, lossy",
       {base(larger), stored({.bits_stored = 12, .is_signed = false, .largest_scale = 2}),
        syntax(uid::htj2k), lossy(8)}},
      {"jpeg_baseline",
       "syntax",
       "JPEG Baseline",
       {base(larger), stored(u8), syntax(uid::jpeg_baseline), lossy(4)}},
      {"jpeg_extended",
       "syntax",
       "JPEG Extended, 12 bits",
       {base(larger), stored({.bits_stored = 12, .is_signed = false, .largest_scale = 2}),
        syntax(uid::jpeg_extended), lossy(6)}},
      {"no_preamble", "syntax", "no preamble", {damage(cut_preamble)}},
      {"data_set_alone",
       "syntax",
       "no File Meta Information",
       {syntax(uid::implicit_little), damage(cut_file_head)}},
      {"gz", "syntax", "every file in gzip", {named(".dcm.gz"), damage(gzip)}},
      {"any_extension", "syntax", "names say nothing", {named(".jpg")}},
  };
}

std::vector<RampCase> enhanced() {
  const Change mr = modality("MR");
  const auto in_time = repeat(3, [](File&, unsigned) {});
  return {
      {"enhanced_ct",
       "multi-frame",
       "positions of the functional groups order, not frames",
       {multi_frame(enhanced_ct), shuffle_frames()}},
      {"enhanced_ct_oblique",
       "multi-frame",
       "the same, turned about two axes",
       {oblique(true), multi_frame(enhanced_ct), shuffle_frames()}},
      {"enhanced_mr", "multi-frame", "Enhanced MR", {mr, multi_frame(enhanced_mr)}},
      {"enhanced_rescale",
       "multi-frame",
       "each frame has its own rescale",
       {mr, own_slopes(), multi_frame(enhanced_mr), shuffle_frames()}},
      {"enhanced_jpeg_ls",
       "multi-frame",
       "a fragment a frame",
       {stored(u12), multi_frame(enhanced_ct), syntax(transfer_syntax::jpeg_ls)}},
      {"enhanced_time",
       "multi-frame",
       "Temporal Position Index",
       {mr, in_time, multi_frame(enhanced_mr_in_time), shuffle_frames()}},
      {"enhanced_diffusion",
       "multi-frame",
       "b-values and directions",
       {mr, in_time, multi_frame(enhanced_mr_diffusion), shuffle_frames(), any_order()}},
      {"enhanced_echoes",
       "multi-frame",
       "two echoes in one file",
       {mr, second_image([](File&, unsigned) {}), multi_frame(enhanced_mr_echoes)}},
      {"enhanced_missing",
       "multi-frame",
       "a position has no frame",
       {slices(8), displace({0, 0, 0, 0, 1, 1, 1, 1}), multi_frame(enhanced_ct),
        fact([](Facts& facts) {
          facts.is_interpolated = true;
          facts.verdict = "warn";
        })}},
      {"concatenation",
       "multi-frame",
       "one object in two files",
       {slices(8), multi_frame(enhanced_ct, 2), concatenation}},
      {"legacy_converted",
       "multi-frame",
       "Legacy Converted Enhanced CT",
       {multi_frame(legacy_converted_ct), shuffle_frames()}},
  };
}

std::vector<RampCase> other_multi_frames() {
  const Change mr = modality("MR");
  return {
      {"parametric_map",
       "multi-frame",
       "Parametric Map, Float Pixel Data",
       {stored({.cell = Cell::float32, .bits_allocated = 32, .bits_stored = 32}),
        multi_frame(parametric_map)}},
      {"rt_dose",
       "multi-frame",
       "offsets of the grid, scaling of the dose",
       {stored(u16), rescale(0.0025, 0), multi_frame(rt_dose)}},
      {"rt_dose_32",
       "multi-frame",
       "the same in 32 bits",
       {stored({.bits_allocated = 32, .bits_stored = 32, .is_signed = false}), rescale(0.00002, 0),
        multi_frame(rt_dose)}},
      {"nm_tomo",
       "multi-frame",
       "position and orientation of the detector",
       {stored(u16), multi_frame(nm_tomo)}},
      {"segmentation",
       "multi-frame",
       "one segment, 1 bit",
       {stored(bit), multi_frame(segmentation)}},
      {"two_segments",
       "multi-frame",
       "an image a segment",
       {stored(bit), second_image([](File&, unsigned) {}), multi_frame(segmentation)}},
      {"sparse_segmentation",
       "multi-frame",
       "slices far apart are labelled: the others are empty",
       {labels(162, {0, 1, 160, 161}), shuffle_frames()}},
      {"segmentation_of_single_slices",
       "multi-frame",
       "no two neighbours are labelled: the step is the thickness",
       {labels(30, {0, 7, 17, 29}), shuffle_frames()}},
      {"segmentation_too_long",
       "multi-frame",
       "more slices than a series has: no image",
       {labels(5001, {0, 1, 5000}), refuse("missing_slices")}},
      {"label_map",
       "multi-frame",
       "labels keep their numbers, whatever palette shows them",
       {stored(u8), multi_frame(label_map)}},
      {"mosaic", "multi-frame", "Siemens mosaic", {mr, slices(7), stored(u12), mosaic()}},
      {"mosaic_oblique",
       "multi-frame",
       "Siemens mosaic, turned about two axes",
       {mr, slices(9), oblique(true), stored(u12), mosaic()}},
      {"mosaic_downward",
       "multi-frame",
       "tiles against the normal",
       {mr, slices(6), [](Scene& scene) { std::ranges::reverse(scene.files); }, stored(u12),
        mosaic()}},
      {"mosaic_in_time",
       "multi-frame",
       "a mosaic a volume",
       {mr, slices(7), stored(u12),
        repeat(3,
               [](File& file, unsigned v) {
                 const std::string text = std::to_string(v + 1);
                 file.attributes.push_back({"AcquisitionNumber", text});
                 file.attributes.push_back({"AcquisitionTime", "12000" + text});
               }),
        mosaic()}},
  };
}

std::vector<RampCase> damages() {
  return {
      {"short_pixels",
       "damage",
       "one slice has fewer pixels than promised",
       {slices(8),
        damaged(3, "pixel_data_short", [](File& file, unsigned) { file.pixel_bytes_cut = 60; })}},
      {"truncated",
       "damage",
       "one file ends early",
       {slices(8), damaged(4, "truncated|pixel_data_short",
                           [](File& file, unsigned) {
                             file.damage = [](auto& bytes) { bytes.resize(bytes.size() - 81); };
                           })}},
      {"truncated_header",
       "damage",
       "one file ends inside its header",
       {slices(8), damaged(4, "truncated|malformed|pixel_data_missing|no_series_uid",
                           [](File& file, unsigned) {
                             file.damage = [](auto& bytes) { bytes.resize(600); };
                           })}},
      {"corrupt_fragment",
       "damage",
       "one slice cannot be decoded",
       {slices(8), syntax(transfer_syntax::jpeg_lossless_sv1),
        damaged(5, "decode_failed", [](File& file, unsigned) { file.damage = break_fragment; })}},
      {"fragments_called_native",
       "damage",
       "fragments under a native transfer syntax: no image",
       {syntax(transfer_syntax::rle), damage(call_native), refuse("transfer_syntax_unsupported")}},
      {"empty_file",
       "damage",
       "a file of 0 bytes among the slices",
       {once_more(
           1, [](File& file) { file.damage = [](auto& bytes) { bytes.clear(); }; }, "empty_file")}},
      {"text_file",
       "damage",
       "a text file among the slices",
       {once_more(
           1,
           [](File& file) {
             file.name = "readme.txt";
             file.damage = [](auto& bytes) { bytes.assign(300, 'a'); };
           },
           "not_dicom")}},
  };
}

}  // namespace

std::vector<RampCase> file_cases() {
  std::vector<RampCase> all;
  for (const auto part : {syntaxes, enhanced, other_multi_frames, damages})
    for (RampCase& row : part()) all.push_back(std::move(row));
  return all;
}

}  // namespace dcmflow::cases
