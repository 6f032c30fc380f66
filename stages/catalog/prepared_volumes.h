#pragma once
// The lists in prepared/: what is there, and how a model is to read it. Problems: those of
// JsonWriter. Thread-safe on distinct folders.

#include <span>

#include "stages/base/output_folder.h"
#include "stages/base/result.h"
#include "stages/prepare/prepared_image.h"

namespace dcmflow {

// prepared/volumes.json: in the shape of volumes.json, but that files are relative to prepared/ and
// no slice is listed; with the selection, the transform and the source of each image that was made.
Status write_prepared_volumes(const OutputFolder& folder, std::span<const PreparedCase> cases);

// prepared/dataset.json as nnU-Net reads it, or prepared/datalist.json as MONAI does; nothing of
// other arrangements.
Status write_arrangement(const OutputFolder& folder, const PreparedPlan& plan,
                         Arrangement arrangement);

}  // namespace dcmflow
