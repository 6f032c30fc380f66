#pragma once
// Whether the image files of an output folder are what volumes.json and the catalogue say.

#include <string>
#include <vector>

#include "stages/catalog/result_claims.h"
#include "stages/database/catalogue_claims.h"
#include "stages/database/verification.h"

namespace dcmflow {

// Holds each image that volumes.json claims against the folder and against `catalogue` (empty when
// there is none): its files and their sizes, the grid (mm, LPS) and voxel type in its header where
// headers of its format are read, and its SHA-256 where there is one, for which it is read whole.
// Counts what was looked at and tells what differs in `answer`, whose has_catalogue is set.
void verify_images(const std::string& folder, const std::vector<VolumeClaim>& volumes,
                   const CatalogueClaims& catalogue, Verification& answer);

}  // namespace dcmflow
