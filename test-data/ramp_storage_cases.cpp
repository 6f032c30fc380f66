// Slices of one volume that are written in different ways, and whose they are.

#include "test-data/ramp_cases.h"

namespace dcmflow::cases {
namespace {

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

std::vector<RampCase> of_one_slice() {
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
      {"one_slice_inverted",
       "storage",
       "MONOCHROME1 is not content",
       {slices(7),
        each(only(3,
                  [](File& file) {
                    file.attributes.push_back({"PhotometricInterpretation", "MONOCHROME1"});
                  })),
        flag("storage_varies")}},
      {"one_slice_compressed",
       "storage",
       "nor is the transfer syntax",
       {slices(7),
        each(
            only(3, [](File& file) { file.transfer_syntax = transfer_syntax::jpeg_lossless_sv1; })),
        verdict("")}},
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
  };
}

std::vector<RampCase> mixed_up() {
  return {
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
      {"two_patients_in_one_place",
       "identity",
       "nor where all positions and numbers are the same",
       {second_image([](File& file, unsigned k) {
          file.number = k + 1;
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

std::vector<RampCase> storage_cases() {
  std::vector<RampCase> all;
  for (const auto part : {of_one_slice, mixed_up})
    for (RampCase& row : part()) all.push_back(std::move(row));
  return all;
}

}  // namespace dcmflow::cases
