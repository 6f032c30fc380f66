#pragma once
// A label image on the grid of its source → a DICOM Segmentation (PS3.3 A.51, C.8.20): binary, a
// frame for each segment on each slice that holds some of it, ordered by segment, then slice.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "stages/base/output_file.h"
#include "stages/to_dicom/derived_object.h"
#include "stages/to_dicom/label_places.h"
#include "stages/to_dicom/segment_meta.h"

namespace dcmflow {

// What it is made of; all of it outlives the call.
struct SegmentationParts {
  const Grid& grid;                       // of the source image, and of the voxels
  std::span<const std::uint16_t> voxels;  // i fastest, then j and k
  const LabelPlaces& places;              // of the voxels; checked against `meta`
  const SegmentMeta& meta;
  // The source slices that each slice of the grid was made of, and all of them; checked.
  std::span<const std::vector<SourceFrame>> sources_of_slices;
  std::span<const SourceFrame> sources;
  const NewSeries& series;
};

// Segment Number of the segments of META, in their order: they count from 1 (PS3.3 C.8.20.2).
inline std::uint16_t segment_number(std::size_t index) {
  return static_cast<std::uint16_t>(index + 1);
}

// How many frames it has. Problem{labels_unusable}: more pixels, rows or columns than an object
// holds, with both numbers. Pure.
Result<std::uint32_t> count_frames(const LabelPlaces& places, const Grid& grid);

// Writes all of the file, in memory that does not grow with the frames. Problems as of OutputFile.
// REQUIRES: count_frames() has a value.
Status write_segmentation(OutputFile& file, const SegmentationParts& parts);

}  // namespace dcmflow
