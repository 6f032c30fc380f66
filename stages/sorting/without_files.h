#pragma once
// A stack without those of its files whose pixels turned out to be unreadable when the image was
// made: what they leave meets the rules of missing slices and of incomplete volumes. Refuses as
// place_slices() does, as missing_slices or as incomplete_volume.

#include <optional>
#include <vector>

#include "stages/base/image_options.h"
#include "stages/dicom_types.h"
#include "stages/geometry/tolerances.h"
#include "stages/sorting/sorted_series.h"

namespace dcmflow {

struct StackWithoutFiles {
  std::optional<Stack>
      stack;  // with the flag slice_unreadable; none when the rules refuse the rest
  // The unreadable files with their own problems; then the frames of others that are in no image
  // now.
  std::vector<RefusedInstance> refused;
};

// `unreadable`: the problem of each such file, named by `subject`, one at least of which has a
// frame in the stack. Pure.
StackWithoutFiles without_files(const Stack& stack, const std::vector<Problem>& unreadable,
                                const Tolerances& tolerances, const ImageOptions& options);

}  // namespace dcmflow
