#pragma once
// A resampling as anybody writes it with ITK: the whole volume, one filter. What our slabs and
// windows are held against.

#include <string>
#include <vector>

#include "stages/dicom_types.h"
#include "stages/prepare/interpolation.h"

namespace dcmflow {

// Reads the file with ITK's reader, whatever it holds, as float. The values of the target's voxels,
// i fastest. Throws itk::ExceptionObject.
std::vector<float> resample_recipe(const std::string& path, const Grid& target,
                                   Interpolation interpolation, float background);

// The same of an image that is turned by ITK's OrientImageFilter so that its axes go to L, P and S.
struct Oriented {
  std::array<std::size_t, 3> size{};
  std::vector<float> voxels;
};
Oriented orient_recipe(const std::string& path);

}  // namespace dcmflow
