#pragma once
// What `to-dicom` makes objects of: the image of the run that a given image is of, and the DICOM
// files of its slices.

#include <atomic>
#include <string>
#include <vector>

#include "config/to_dicom_call.h"
#include "stages/catalog/result_claims.h"
#include "stages/to_dicom/choose_image.h"
#include "stages/to_dicom/derived_object.h"

namespace dcmflow {

struct DerivedSource {
  std::string file;                // the run's image, below its output folder
  bool has_stored_values = false;  // its voxels are as stored: values are made by its header
  bool has_other_values = false;   // as in VolumeClaim
  Grid grid;
  LatticeMap map;             // from its voxels to those of the given image
  bool is_resampled = false;  // as in LabelledImage
  std::vector<SourceFrame> slices;
  std::vector<std::vector<SourceFrame>> of_slices;  // that each slice of the grid was made of
};

// Problems: no_input (no volumes.json, or no place where the input is), those of choose_image() and
// find_sources().
Result<DerivedSource> find_derived_source(const ToDicomCall& call, const Grid& given,
                                          const std::atomic<int>& stop);

}  // namespace dcmflow
