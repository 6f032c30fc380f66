#pragma once
// The header of a segmentation: its segments and what it segments (PS3.3 C.8.20, C.8.23 of label
// maps). Thread-safe.

#include <vector>

#include "stages/base/result.h"
#include "stages/labels/segment.h"

namespace dcmflow {

struct Segmentation {
  LabelKind kind = LabelKind::binary;
  bool is_label_map = false;        // a pixel is the number of its segment
  std::uint32_t most_fraction = 1;  // Maximum Fractional Value: the stored value that is 1
  std::vector<Segment> segments;    // in the order of their numbers
  LabelReferences references;
};

// Reads the file once more; its pixels are not touched. Segment 0 of a label map is its background
// and none of `segments`. Where no Referenced Instance Sequence (0008,114A) names instances, those
// of the frames' Source Image Sequences (0008,2112) are taken. Problems, with the name of the file:
// unreadable, changed_during_run, truncated; malformed: no segment, a number that is no voxel
// value, or two of one number; pixel_layout_unsupported: a Segmentation Type that is not known.
Result<Segmentation> read_segmentation(const Instance& instance);

// CIELab as a Recommended Display CIELab Value (PS3.3 C.10.7.1.1, D50) has it, as sRGB. Pure.
std::array<std::uint8_t, 3> srgb_of_cielab(const std::array<double, 3>& stored);

}  // namespace dcmflow
