#pragma once
// The image that a model made: its header and voxels, checked before they become numbers of
// segments, or values. Input is hostile: nothing that a header promises is taken before the file
// gives it.

#include <cstdint>
#include <string>
#include <vector>

#include "stages/base/result.h"
#include "stages/dicom_types.h"

namespace dcmflow {

template <class Value>
struct GivenImage {
  Grid grid;
  std::vector<Value> voxels;  // i fastest, then j and k
};

// nii, nii.gz, mhd, mha, nrrd or hdr, of any type: whole numbers from 0 to 65,535, in three
// dimensions, placed in the patient. Takes two bytes a voxel. Problem{labels_unusable} with what
// was found and expected, and no subject; more bytes than `most_bytes` are one, too. Thread-safe.
Result<GivenImage<std::uint16_t>> read_label_image(const std::string& path,
                                                   std::uint64_t most_bytes);

// The same of values: finite ones that single precision holds, whole numbers exactly. Four bytes a
// voxel.
Result<GivenImage<float>> read_value_image(const std::string& path, std::uint64_t most_bytes);

}  // namespace dcmflow
