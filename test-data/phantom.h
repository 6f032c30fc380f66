#pragma once
// A ramp phantom: the value of every voxel is a linear function of its position in the patient, so
// an image that was written with a true affine gives the ramp back when it is read through that
// affine. No reference converter, no golden blob.

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "test-data/dicom_builder.h"

namespace dcmflow {

// The ramp, in patient coordinates (LPS, mm): 2x + 3y + 5z.
double ramp(const std::array<double, 3>& position);

// A number as DICOM text: as many digits as the 16 characters of a DS hold (PS3.5 6.2).
std::string decimal_string(double value);

// One series of single-frame images. Stored value = (value − rescale_intercept) / rescale_slope,
// rounded and clamped to the stored type.
struct PhantomSeries {
  std::string modality = "CT";  // CT, MR or PT: sets the SOP class too
  std::string study_uid = "1.2.3", series_uid = "1.2.3.4";
  std::string patient_name = "Phantom^Ramp", patient_id = "P1";
  std::string study_description = "Ramp study", series_description = "Ramp series";
  unsigned columns = 12, rows = 10, slices = 8;
  double column_spacing = 0.7, row_spacing = 0.8;  // Pixel Spacing = row_spacing \ column_spacing
  double slice_spacing = 2.5;
  std::array<double, 3> origin{-10, -20, 30};  // first voxel of the first slice
  // Direction cosines; slices step along row × column.
  std::array<double, 3> row{1, 0, 0}, column{0, 1, 0};
  double rescale_slope = 1, rescale_intercept = 0;
  unsigned bits_allocated = 16, bits_stored = 16;
  bool is_signed = true;
  unsigned header_elements = 0;  // this many extra private elements, as real scanners write
  std::uint64_t seed = 1;        // shuffles file names and Instance Numbers; 0: in order
  std::string transfer_syntax = std::string(transfer_syntax::explicit_little);
  // Last change to slice k (0-based, in spatial order) before it is saved; for gaps, tilts, odd
  // values.
  std::function<void(unsigned slice, DicomBuilder& file)> edit = {};
  // The value of a voxel by its position in the patient; the ramp when empty.
  std::function<double(const std::array<double, 3>&)> value = {};
  // File names, Instance Numbers and SOP Instance UIDs count from here: a second pass over the same
  // positions in the same series starts behind the first.
  unsigned first_number = 1;
};

// What all slices of the series have in common; phantom_slice() starts from it.
DicomBuilder phantom_header(const PhantomSeries& series);

// The file of slice k, before `edit`. REQUIRES: no other thread uses `header` at the same time, not
// even to read (DCMTK's lists have a cursor).
DicomBuilder phantom_slice(const PhantomSeries& series, const DicomBuilder& header, unsigned slice);

// The file name of every slice, in spatial order: <series UID>_<number>.dcm, the numbers shuffled.
std::vector<std::string> phantom_file_names(const PhantomSeries& series);

// Writes the series into `folder`, a file a slice, and returns the paths in spatial order.
// Deterministic for equal arguments. SOP Instance UIDs are <series UID>.<number of the file>.
std::vector<std::string> write_phantom_series(const PhantomSeries& series,
                                              const std::string& folder);

}  // namespace dcmflow
