#pragma once
// Whether an image can be prepared, how its values are found between voxels, and what lies outside
// of it. Pure; thread-safe.

#include "stages/base/result.h"
#include "stages/prepare/prepared_image.h"

namespace dcmflow {

// Labels go by options.label_interpolation, others by options.interpolation; where no voxels come
// to lie between others, nearest moves them. Outside of labels is 0, else Pixel Padding Value, or
// in CT the lesser of −1024 and its least value, or 0. Problem{not_prepared}, without a subject.
Result<PreparedSource> prepare_source(const ChosenImage& image, const std::string& selection,
                                      const PrepareOptions& options);

// Of all of its frames; empty: not said, or not the same.
std::string frame_of_reference(const Stack& stack);

}  // namespace dcmflow
