#pragma once
// A segmentation or structure set of the input under --labels, and what became of it. Plain values.

#include <optional>
#include <vector>

#include "stages/dicom_types.h"
#include "stages/labels/label_image.h"

namespace dcmflow {

struct LabelFile {
  InstancePtr instance;
  bool is_done = false;            // else the run ended before
  std::optional<Problem> refused;  // why it has no image; the subject is the file
  std::vector<LabelImage> images;  // in the order of the numbers of their segments
  std::vector<Problem> problems;   // of the series: what is not simply as the file says
};

}  // namespace dcmflow
