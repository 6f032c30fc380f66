#pragma once
// Which numbers a label image has, and where. Pure; thread-safe.

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "stages/base/result.h"
#include "stages/to_dicom/segment_meta.h"

namespace dcmflow {

struct LabelPlace {
  std::uint64_t voxels = 0;
  std::vector<std::uint32_t> slices;  // that hold some of them, ascending
};
using LabelPlaces = std::map<std::uint16_t, LabelPlace>;  // without 0, the background

// REQUIRES: the voxels are whole slices of so many.
LabelPlaces find_labels(std::span<const std::uint16_t> voxels, std::size_t slice_voxels);

// That there is a label, and that META names each. Problem{labels_unusable} with both lists.
Status check_labels(const LabelPlaces& places, const SegmentMeta& meta);

}  // namespace dcmflow
