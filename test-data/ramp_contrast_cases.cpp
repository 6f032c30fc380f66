// What belongs together: contrasts, quantities and patients that share a series, and slices of one
// volume that are written in different ways.

#include "test-data/ramp/multi_frame.h"
#include "test-data/ramp_cases.h"

namespace dcmflow::cases {
namespace {

FileChange give(const std::string& path, const std::string& text) {
  return [=](File& file, unsigned) { file.attributes.push_back({path, text}); };
}

// Two contrasts at the same positions, in files and numbers of random order.
std::vector<Change> two(const std::string& modality_name, const std::string& path,
                        const std::string& first, const std::string& second) {
  return {modality(modality_name), set(path, first), second_image(give(path, second)),
          shuffle_numbers(), shuffle_files()};
}

void shift(File& file, double gaps) {
  for (Frame& frame : file.frames)
    frame.position = along(frame.position, gaps * file.gap, cross(file.row, file.column));
}

// The second contrast lies half a gap beside the first.
Change half_a_gap_beside(const std::string& path, const std::string& text) {
  return second_image([=](File& file, unsigned) {
    shift(file, 0.5);
    file.attributes.push_back({path, text});
  });
}

FileChange only(unsigned k, const std::function<void(File&)>& alter) {
  return [=](File& file, unsigned number) {
    if (number == k) alter(file);
  };
}

// In its plane: the voxels lie where they lay, the last one is stored first.
void turn(File& file) {
  for (Frame& frame : file.frames)
    frame.position =
        along(along(frame.position, (file.columns - 1) * file.column_spacing, file.row),
              (file.rows - 1) * file.row_spacing, file.column);
  for (double& cosine : file.row) cosine = 0 - cosine;
  for (double& cosine : file.column) cosine = 0 - cosine;
}

std::vector<RampCase> contrasts() {
  return {
      {"inversion_times", "contrast", "an image for each inversion time",
       two("MR", "InversionTime", "100", "900")},
      {"two_flip_angles", "contrast", "an image for each flip angle",
       two("MR", "FlipAngle", "5", "26")},
      {"two_kernels", "contrast", "an image for each reconstruction kernel",
       two("CT", "ConvolutionKernel", "B30f", "B70f")},
      {"two_voltages", "contrast", "an image for each tube voltage", two("CT", "KVP", "80", "140")},
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
      {"inversion_times_multi_frame",
       "contrast",
       "Inversion Times of Enhanced MR",
       {second_image([](File&, unsigned) {}), multi_frame(enhanced_mr_inversions),
        shuffle_frames()}},
  };
}

std::vector<RampCase> volumes() {
  const Change mr = modality("MR");
  return {
      {"dimension_index",
       "4-D",
       "Dimension Index Values alone tell the volumes apart",
       {mr, repeat(3, [](File&, unsigned) {}), multi_frame(enhanced_mr_indexed), shuffle_frames()}},
      {"exact_b_values",
       "4-D",
       "b-values that mark repetitions",
       {mr,
        repeat(3,
               [](File& file, unsigned volume) {
                 file.attributes.push_back(
                     {"DiffusionBValue", volume == 0 ? "0" : "0.00" + std::to_string(volume)});
               }),
        shuffle_numbers(), [](Scene& scene) { scene.facts[0].any_order = true; }}},
      {"trigger_time_ranks",
       "4-D",
       "Trigger Times in turn, another R-R interval at each slice",
       {mr,
        repeat(4,
               [](File& file, unsigned volume) {
                 const double ms = 40 * volume + 1.5 * file.frames[0].slice;
                 file.attributes.push_back({"TriggerTime", text_of({ms})});
               }),
        shuffle_numbers()}},
      {"image_index",
       "4-D",
       "Image Index of a gated PET counts slices within time slots",
       {modality("PT"), slices(6),
        repeat(3,
               [](File& file, unsigned volume) {
                 file.attributes.push_back(
                     {"ImageIndex", std::to_string(volume * 6 + file.frames[0].slice + 1)});
               }),
        shuffle_numbers()}},
  };
}

std::vector<RampCase> storage() {
  return {
      {"one_slice_of_32_bits",
       "storage",
       "Bits Allocated and Pixel Representation are not content",
       {slices(7),
        each(only(3, [](File& file) { file.storage = {.bits_allocated = 32, .bits_stored = 32}; })),
        flag("storage_varies")}},
      {"one_slice_derived",
       "storage",
       "a slice that was compressed again is still that slice",
       {slices(7),
        each(only(4,
                  [](File& file) {
                    file.attributes.push_back({"ImageType", "DERIVED\\PRIMARY\\AXIAL"});
                  })),
        flag("derivation_varies")}},
      {"frame_of_reference_per_slice",
       "storage",
       "new UIDs for each file",
       {each([](File& file, unsigned k) {
          file.attributes.push_back({"FrameOfReferenceUID", "1.2.3.77." + std::to_string(k + 1)});
        }),
        verdict("warn"), flag("frame_of_reference_varies")}},
      {"one_slice_turned",
       "storage",
       "a slice that is stored turned by 180° is turned back",
       {slices(7), each(only(2, turn)), flag("slices_turned_back")}},
      {"one_uid_for_all",
       "identity",
       "one SOP Instance UID, other places",
       {each([](File& file, unsigned) { file.uid = "1.2.3.55"; }), verdict("warn"),
        flag("sop_instance_uid_repeats")}},
      {"two_patients",
       "identity",
       "two patients never share an image",
       {second_image([](File& file, unsigned) {
          shift(file, 12);
          file.attributes.push_back({"PatientID", "another"});
        }),
        verdict("warn"), flag("several_patients")}},
      {"half_without_position",
       "identity",
       "the verdict speaks of what was refused",
       {slices(8),
        [](Scene& scene) {
          for (unsigned k = 1; k < scene.files.size(); k += 2) {
            scene.files[k].attributes.push_back({"ImagePositionPatient", std::nullopt});
            scene.files[k].refused = "no_geometry";
            for (Frame& frame : scene.files[k].frames) frame.image = no_image;
          }
        },
        verdict("warn"), flag("slices_refused")}},
  };
}

}  // namespace

std::vector<RampCase> contrast_cases() {
  std::vector<RampCase> all;
  for (const auto part : {contrasts, volumes, storage})
    for (RampCase& row : part()) all.push_back(std::move(row));
  return all;
}

}  // namespace dcmflow::cases
