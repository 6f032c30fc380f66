#pragma once
// A series and its stacks → what selection rules can ask of it beside its attributes.

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "stages/dicom_types.h"
#include "stages/geometry/tolerances.h"

namespace dcmflow {

// What rules can ask of a series beside its attributes (contract: derived facts).
struct SeriesFacts {
  SeriesPtr series;
  std::string
      plane;  // Axial, Coronal, Sagittal, Oblique, or "" without orientation; of the main stack
  std::uint64_t slice_count = 0;        // of one volume of the main stack
  std::uint64_t volume_count = 0;       // of all images that the series becomes
  std::optional<double> slice_spacing;  // mm, of the main stack
  bool is_regular = false;  // the main image's slices lie on its grid, and are more than one
  bool converted = false;   // has a main image
  std::string format;       // mhd, nii, nii.gz
};

// `stacks` are those of the series, the main one first; without any, the plane is that of the first
// instance. Pure; safe from any thread.
SeriesFacts find_facts(const SeriesPtr& series, std::span<const Stack> stacks,
                       const std::string& format, const Tolerances& tolerances);

}  // namespace dcmflow
