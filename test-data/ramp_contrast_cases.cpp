// What belongs together: contrasts and quantities that share a series.

#include "test-data/ramp/multi_frame.h"
#include "test-data/ramp_cases.h"

namespace dcmflow::cases {
namespace {

// Two contrasts at the same positions, in files and numbers of random order.
std::vector<Change> two(const std::string& modality_name, const std::string& path,
                        const std::string& first, const std::string& second) {
  return {modality(modality_name), set(path, first), second_image(give(path, second)),
          shuffle_numbers(), shuffle_files()};
}

// The second contrast lies half a gap beside the first.
Change half_a_gap_beside(const std::string& path, const std::string& text) {
  return second_image([=](File& file, unsigned) {
    shift(file, 0.5);
    file.attributes.push_back({path, text});
  });
}

// The frame's image, as what its item says.
Change say_by_image(const std::string& path, const std::string& first, const std::string& second) {
  return set_each_frame(path, [=](const Frame& f) { return f.image == 0 ? first : second; });
}

// The last of four volumes is another image: the mean of the others' directions.
void trace(File& file, unsigned volume) {
  file.attributes.push_back({"DiffusionBValue", "1000"});
  file.attributes.push_back({"DiffusionDirectionality", volume == 3 ? "ISOTROPIC" : "DIRECTIONAL"});
  if (volume != 3)
    file.attributes.push_back(
        {"DiffusionGradientOrientation", text_of(diffusion_direction(volume + 1))});
  for (Frame& frame : file.frames)
    if (volume == 3) {
      frame.image = 1;
      frame.volume = 0;
    }
}

// Volumes in turn are two images.
void polarity(File& file, unsigned volume) {
  file.attributes.push_back({"TemporalPositionIdentifier", std::to_string(volume + 1)});
  for (Frame& frame : file.frames) {
    frame.image = static_cast<int>(volume % 2);
    frame.volume = volume / 2;
  }
}

std::vector<RampCase> side_by_side() {
  return {
      {"inversion_times", "contrast", "an image for each inversion time",
       two("MR", "InversionTime", "100", "900")},
      {"two_flip_angles", "contrast", "an image for each flip angle",
       two("MR", "FlipAngle", "5", "26")},
      {"two_kernels", "contrast", "an image for each reconstruction kernel",
       two("CT", "ConvolutionKernel", "B30f", "B70f")},
      {"two_voltages", "contrast", "an image for each tube voltage", two("CT", "KVP", "80", "140")},
      {"two_energies", "contrast", "an image for each virtual energy",
       two("CT", "MultienergyCTCharacteristicsSequence[0].MonoenergeticEnergyEquivalent", "40",
           "140")},
      {"energies_multi_frame",
       "contrast",
       "the same in Enhanced CT",
       {second_image([](File&, unsigned) {}), multi_frame(enhanced_ct), shuffle_frames(),
        say_by_image("MultienergyCTCharacteristicsSequence[0].MonoenergeticEnergyEquivalent", "40",
                     "140")}},
      {"velocities_multi_frame",
       "contrast",
       "each component of the velocity is an image",
       {modality("MR"), second_image([](File&, unsigned) {}), multi_frame(enhanced_mr),
        shuffle_frames(),
        say_by_image("MRVelocityEncodingSequence[0].VelocityEncodingDirection", "1\\0\\0",
                     "0\\0\\1")}},
      {"fat_and_water", "contrast", "Dixon: quantities are images of their own",
       two("MR", "ImageType", "DERIVED\\PRIMARY\\DIXON\\WATER", "DERIVED\\PRIMARY\\DIXON\\FAT")},
      {"field_map",
       "contrast",
       "GE: a private attribute alone tells the B0 map",
       {modality("MR"), second_image([](File&, unsigned) {}), described(ge_field_map),
        shuffle_numbers(), shuffle_files()}},
      {"trace_among_directions",
       "contrast",
       "a trace image does not stand among the directions",
       {modality("MR"), repeat(4, trace), any_order(), shuffle_numbers(), shuffle_files()}},
      {"thick_between_thin",
       "contrast",
       "slices of 5 mm between slices of 1 mm",
       {set("SliceThickness", "1"), half_a_gap_beside("SliceThickness", "5"), verdict("warn"),
        flag("shifted_grid")}},
      {"voltage_noise",
       "contrast",
       "what the generator measured is no contrast",
       {set_each("KVP", [](unsigned k) { return k % 2 == 0 ? "120" : "119.2"; }),
        set_each("SliceThickness", [](unsigned k) { return k % 3 == 0 ? "2.0006" : "2"; })}},
      {"image_type_word", "contrast", "an image for each word of Image Type",
       two("MR", "ImageType", "ORIGINAL\\PRIMARY\\M\\ND\\RUN_A",
           "ORIGINAL\\PRIMARY\\M\\ND\\RUN_B")},
      {"uniform_and_inversion", "contrast", "MP2RAGE: quantities are images of their own",
       two("MR", "ImageType", "DERIVED\\PRIMARY\\M\\ND\\INV1", "DERIVED\\PRIMARY\\M\\ND\\UNI")},
      {"component_within_a_word", "contrast", "SW_M and SW_P are magnitude and phase",
       two("MR", "ImageType", "ORIGINAL\\PRIMARY\\SW_M_FFE\\SW_M\\FFE",
           "ORIGINAL\\PRIMARY\\SW_P_FFE\\SW_P\\FFE")},
  };
}

std::vector<RampCase> apart() {
  return {
      {"echoes_half_a_gap_apart",
       "contrast",
       "stacks that interleave are images of their own",
       {modality("MR"), set("EchoTime", "5"), half_a_gap_beside("EchoTime", "50"), verdict("warn"),
        flag("shifted_grid")}},
      {"b_values_half_a_gap_apart",
       "contrast",
       "so are b-values",
       {modality("MR"), set("DiffusionBValue", "0"), half_a_gap_beside("DiffusionBValue", "2000"),
        verdict("warn"), flag("shifted_grid")}},
      {"contrast_of_one_slice",
       "contrast",
       "one slice of another contrast: no volume is true",
       {slices(7), modality("MR"),
        set_each("InversionTime", [](unsigned k) { return k == 3 ? "900" : "100"; }),
        refuse("mixed_contrasts")}},
      {"shuttle",
       "contrast",
       "volumes on grids of their own, told by Acquisition Number",
       {slices(6), set("AcquisitionNumber", "1"), second_image([](File& file, unsigned) {
          shift(file, 1 / 3.0);
          file.attributes.push_back({"AcquisitionNumber", "2"});
        }),
        verdict("warn"), flag("shifted_grid")}},
      {"steps_of_motion",
       "contrast",
       "volumes that motion correction moved, told by Temporal Position",
       {modality("MR"), set("TemporalPositionIdentifier", "1"),
        second_image([](File& file, unsigned) {
          shift(file, 0.21);
          file.attributes.push_back({"TemporalPositionIdentifier", "2"});
        }),
        verdict("warn"), flag("shifted_grid")}},
      {"polarities",
       "contrast",
       "GE's epi_pepolar: every other volume is of another image",
       {modality("MR"), repeat(4, polarity), described(ge_pepolar), verdict("warn"),
        flag("polarity_alternates")}},
      {"inversion_times_multi_frame",
       "contrast",
       "Inversion Times of Enhanced MR",
       {second_image([](File&, unsigned) {}), multi_frame(enhanced_mr_inversions),
        shuffle_frames()}},
  };
}

}  // namespace

std::vector<RampCase> contrast_cases() {
  std::vector<RampCase> all;
  for (const auto part : {side_by_side, apart})
    for (RampCase& row : part()) all.push_back(std::move(row));
  return all;
}

}  // namespace dcmflow::cases
