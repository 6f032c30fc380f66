// What one series is split into, and which of its files repeat others.

#include "test-data/ramp_cases.h"

namespace dcmflow::cases {
namespace {

void move(File& file, const Vector& by) {
  for (Frame& frame : file.frames) frame.position = along(frame.position, 1, by);
}

void smaller_matrix(File& file, unsigned) {
  file.columns -= 3;
  file.rows -= 1;
}

// The slices become a sagittal stack, which starts where the first did.
void turned(File& file, unsigned k) {
  file.row = {0, 1, 0};
  file.column = {0, 0, -1};
  for (Frame& frame : file.frames)
    frame.position =
        along(along(frame.position, -file.gap * k, {0, 0, 1}), -file.gap * k, {1, 0, 0});
}

// One sagittal image before the others.
void localizer(Scene& scene) {
  File file = scene.files.front();
  turned(file, 0);
  file.number = 0;
  file.uid += ".0";
  file.frames[0].image = 1;
  file.attributes.push_back({"ImageType", "ORIGINAL\\PRIMARY\\LOCALIZER"});
  scene.facts[1].verdict = "";
  scene.files.insert(scene.files.begin(), std::move(file));
}

std::vector<RampCase> splits() {
  const Change mr = modality("MR");
  return {
      {"mixed_matrices",
       "split",
       "another matrix is another image",
       {slices(7), second_image(smaller_matrix)}},
      {"localizer_inside", "split", "a localizer in the series", {localizer}},
      {"two_orientations", "split", "axial and sagittal in one series", {second_image(turned)}},
      {"magnitude_and_phase",
       "split",
       "components of one image",
       {mr, second_image(give("ImageType", "ORIGINAL\\PRIMARY\\P\\ND"))}},
      {"two_echoes",
       "split",
       "echoes at the same positions",
       {mr, set("EchoTime", "4.6"), second_image(give("EchoTime", "12.3")), shuffle_files()}},
      {"derived_and_original",
       "split",
       "what was computed from the series",
       {second_image(give("ImageType", "DERIVED\\SECONDARY\\AXIAL"))}},
      {"two_frames_of_reference",
       "split",
       "one position, two coordinate systems",
       {second_image(give("FrameOfReferenceUID", "1.2.3.99"))}},
      {"two_pixel_spacings",
       "split",
       "the same matrix, other pixels",
       {second_image(
           [](File& file, unsigned) { file.column_spacing = file.row_spacing *= 1.25; })}},
      {"vendor_words",
       "split",
       "words of Image Type, exposure and coil do not split",
       {mr,
        set_each("ImageType",
                 [](unsigned k) {
                   return std::string("ORIGINAL\\PRIMARY\\M\\ND") +
                          (k % 2 == 0 ? "\\NORM" : "\\DIS2D");
                 }),
        set_each("ReceiveCoilName", [](unsigned k) { return k % 2 == 0 ? "A" : "B"; }),
        set_each("AcquisitionNumber", [](unsigned k) { return std::to_string(k / 2 + 1); })}},
      {"same_series_in_two_studies",
       "split",
       "one Series Instance UID in two studies",
       {second_image([](File& file, unsigned) {
         move(file, {20, 0, 0});
         file.attributes.push_back({"StudyInstanceUID", "1.2.3.98"});
         file.attributes.push_back({"FrameOfReferenceUID", "1.2.3.98.9"});
       })}},
  };
}

std::vector<RampCase> duplicates() {
  return {
      {"identical_file",
       "duplicates",
       "a file twice",
       {once_more(
            2, [](File&) {}, "duplicate_identical"),
        verdict("")}},
      {"conflicting_file",
       "duplicates",
       "one UID twice, once without all of its pixels",
       {once_more(
            2, [](File& file) { file.pixel_bytes_cut = 40; },
            "duplicate_conflict|pixel_data_short"),
        verdict("")}},
      {"same_pixels",
       "duplicates",
       "a slice twice under two UIDs",
       {once_more(
            3, [](File& file) { file.uid += ".1"; }, "duplicate_pixels"),
        verdict("")}},
      {"other_pixels",
       "duplicates",
       "two slices at one position and nothing tells them apart",
       {once_more(
            3,
            [](File& file) {
              file.uid += ".1";
              file.frames[0].offset = 20;
              file.refused = {};
            },
            ""),
        refuse("ambiguous_positions")}},
  };
}

}  // namespace

std::vector<RampCase> series_cases() {
  std::vector<RampCase> all;
  for (const auto part : {splits, duplicates})
    for (RampCase& row : part()) all.push_back(std::move(row));
  return all;
}

}  // namespace dcmflow::cases
