// What one series is split into, which of its files repeat others, and what is a volume over time.

#include "test-data/ramp/multi_frame.h"
#include "test-data/ramp_cases.h"

namespace dcmflow::cases {
namespace {

Change repeat_with(unsigned volumes, const std::string& path, double first, double step) {
  return repeat(volumes, [=](File& file, unsigned volume) {
    file.attributes.push_back({path, text_of({first + step * volume})});
  });
}

FileChange give(const std::string& path, const std::string& text) {
  return [=](File& file, unsigned) { file.attributes.push_back({path, text}); };
}

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

void diffusion(File& file, unsigned volume) {
  file.attributes.push_back({"DiffusionBValue", volume == 0 ? "0" : "1000"});
  if (volume == 0) return;
  const std::string direction = text_of(diffusion_direction(volume));
  file.attributes.push_back({"DiffusionGradientOrientation", direction});
}

void phase_times(File& file, unsigned volume) {
  const std::string minute = std::to_string(10 + 3 * volume);
  file.attributes.push_back({"AcquisitionTime", "12" + minute + "00"});
  file.attributes.push_back({"ContentTime", "12" + minute + "30"});
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

// Which direction comes first is not said.
void any_order(Scene& scene) { scene.facts[0].any_order = true; }

// The volumes behind the first become no image.
void other_volumes(Scene& scene) {
  for (File& file : scene.files)
    if (file.frames[0].volume != 0) file.frames[0].image = no_image;
}

std::vector<RampCase> dimensions() {
  const Change mr = modality("MR");
  const Change shuffled = shuffle_files();
  return {
      {"temporal_position",
       "4-D",
       "volumes by Temporal Position Identifier",
       {mr, repeat_with(3, "TemporalPositionIdentifier", 1, 1), shuffled}},
      {"trigger_time",
       "4-D",
       "volumes by Trigger Time",
       {mr, repeat_with(4, "TriggerTime", 0, 220.5), shuffled}},
      {"diffusion",
       "4-D",
       "volumes by b-value and direction",
       {mr, repeat(4, diffusion), any_order}},
      {"frame_reference_time",
       "4-D",
       "dynamic PET",
       {modality("PT"), repeat_with(3, "FrameReferenceTime", 30000, 60000), shuffled}},
      {"acquisition_number",
       "4-D",
       "two phases by Acquisition Number",
       {repeat_with(2, "AcquisitionNumber", 1, 1), shuffled}},
      {"acquisition_time", "4-D", "two phases by time", {repeat(2, phase_times), shuffled}},
      {"number_blocks",
       "4-D",
       "volumes by Instance Number alone",
       {slices(6),
        repeat(3, [](File& file,
                     unsigned volume) { file.number = volume * 6 + file.frames[0].slice + 1; }),
        verdict("")}},
      {"incomplete_4d",
       "4-D",
       "the complete volumes are written",
       {slices(6), mr, repeat_with(3, "TemporalPositionIdentifier", 1, 1), missing({15}),
        only_whole_volumes()}},
      {"first_volume",
       "options",
       "--multi-volume first",
       {mr, repeat_with(3, "TemporalPositionIdentifier", 1, 1), other_volumes,
        option("--multi-volume", "first"), verdict("")}},
      {"one_slice_in_time",
       "4-D",
       "one slice many times",
       {slices(1), mr, repeat_with(5, "TemporalPositionIdentifier", 1, 1), verdict("")}},
      {"gap_in_4d",
       "4-D",
       "a position that no volume has",
       {slices(7), mr, repeat_with(2, "TemporalPositionIdentifier", 1, 1), missing({3, 10})}},
  };
}

}  // namespace

std::vector<RampCase> series_cases() {
  std::vector<RampCase> all;
  for (const auto part : {splits, duplicates, dimensions})
    for (RampCase& row : part()) all.push_back(std::move(row));
  return all;
}

}  // namespace dcmflow::cases
