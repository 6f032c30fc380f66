#pragma once
// Which image of a run a label image is of. Pure; thread-safe.

#include <optional>
#include <span>
#include <string>

#include "stages/base/result.h"
#include "stages/catalog/result_claims.h"
#include "stages/to_dicom/match_grid.h"

namespace dcmflow {

struct LabelledImage {
  const VolumeClaim* image = nullptr;
  LatticeMap map;             // from its voxels to those of the labels
  bool is_resampled = false;  // the labels lie on a prepared image of it, of another lattice
};

// The one whose grid the labels have, or that a prepared image with this grid was made of. `asked`:
// its file, or that of the prepared image below `prepared/`; else images that are labels themselves
// are passed over. Problems: bad_settings (several fit, with their series, or none has the name);
// labels_unusable (none fits; with both sizes, or how far the nearest lies off).
Result<LabelledImage> choose_image(std::span<const VolumeClaim> images,
                                   std::span<const VolumeClaim> prepared, const Grid& labels,
                                   const std::optional<std::string>& asked);

}  // namespace dcmflow
