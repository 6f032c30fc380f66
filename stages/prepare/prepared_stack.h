#pragma once
// A prepared image as the rest of dcmflow knows images. Pure; thread-safe.

#include "stages/dicom_types.h"
#include "stages/prepare/prepared_image.h"

namespace dcmflow {

// That of its source (of the first, whose frames it has), with its own name and grid, and no
// recipes: no written slice is a frame. Of several sources it has a volume each, the dimension
// "channel", and the worst of their verdicts.
StackPtr prepared_stack(const PreparedImage& image);

}  // namespace dcmflow
