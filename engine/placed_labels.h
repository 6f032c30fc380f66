#pragma once
// A label image with the names of its segments, on the grid of the image of the run that it is of.

#include <atomic>
#include <cstdint>
#include <vector>

#include "config/to_dicom_call.h"
#include "engine/derived_source.h"
#include "stages/to_dicom/label_image.h"
#include "stages/to_dicom/label_places.h"
#include "stages/to_dicom/segment_meta.h"

namespace dcmflow {

struct PlacedLabels {
  SegmentMeta meta;
  DerivedSource source;
  std::vector<std::uint16_t> voxels;  // on the grid of the source
  LabelPlaces places;                 // of these

  double voxel_mm3() const;
};

// Reads META and LABELS of the call, and finds their source. A label that reaches no voxel of the
// source's grid is warned of on standard error. Problems: bad_settings, labels_unusable, those of
// find_derived_source().
Result<PlacedLabels> place_labels(const ToDicomCall& call, const std::atomic<int>& stop);

// The values on the grid of the source, 0 where the given image has none.
template <class Value>
std::vector<Value> bring_back(GivenImage<Value> given, const DerivedSource& source) {
  const LatticeMap same{.steps = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}}};
  if (!source.is_resampled && source.map.steps == same.steps && source.map.offset == same.offset)
    return std::move(given.voxels);
  return sample_nearest(std::span<const Value>(given.voxels), given.grid, source.grid, source.map,
                        Value{});
}

// What is told of the image where the problem has no subject.
Problem about_image(Problem problem, const ToDicomCall& call);

// What an image may take of memory, so that what is made of it has room.
std::uint64_t bytes_for_voxels();

}  // namespace dcmflow
