#pragma once
// An image of values on the grid of its source (a heat map, a denoised image) → a derived image
// series, an instance for each slice: CT, MR or PET Image Storage, as its source is (PS3.3 A.3,
// A.4, A.21), Image Type DERIVED\SECONDARY.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "stages/base/output_file.h"
#include "stages/to_dicom/derived_object.h"

namespace dcmflow {

// How values stand in 16 bits: value = stored · slope, so that 0 stays 0. Whole numbers that fit
// stand as they are.
struct StoredValues {
  double slope = 1;
  bool is_signed = true;
  double largest_error = 0;  // of a value that is read back
  double least = 0, greatest = 0;
};

// Pure. REQUIRES: finite values, one at least.
StoredValues choose_stored_values(std::span<const float> values);

struct DerivedImageParts {
  const Grid& grid;
  std::span<const float> values;  // i fastest, then j and k
  const StoredValues& stored;
  std::span<const std::vector<SourceFrame>> sources_of_slices;
  std::span<const SourceFrame> sources;
  const NewSeries& series;
  std::string_view derivation;  // Derivation Description
};

// The class of images that can be derived of this source. Problem{bad_settings}: none, with its
// modality. Pure.
Result<std::string_view> derived_class(const Instance& source);

// Writes the file of a slice. Problems as of OutputFile. REQUIRES: derived_class() has a value.
Status write_derived_slice(OutputFile& file, const DerivedImageParts& parts, std::uint32_t slice);

}  // namespace dcmflow
