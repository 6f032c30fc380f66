#pragma once
// A stack without one of its files, whose pixels turned out to be unreadable when the image was
// made: what the file leaves meets the rules of missing slices and of incomplete volumes.

#include <optional>
#include <string>
#include <vector>

#include "stages/base/image_options.h"
#include "stages/dicom_types.h"
#include "stages/geometry/tolerances.h"

namespace dcmflow {

struct StackWithoutFile {
  Stack stack;  // with the flag slice_unreadable
  // Frames of other files that are in no image now, since the file makes their volumes incomplete.
  std::vector<Frame> incomplete;
};

// nullopt when the rules refuse what is left, nothing is, or the file has no part in the stack.
// Pure.
std::optional<StackWithoutFile> without_file(const Stack& stack, const std::string& file_name,
                                             const Tolerances& tolerances,
                                             const ImageOptions& options);

}  // namespace dcmflow
