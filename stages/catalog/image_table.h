#pragma once
// The table of images: a row for each image file, in the order of volumes.json, which says the
// same. Pure; no Problems.

#include <string>
#include <vector>

#include "stages/catalog/table_file.h"
#include "stages/dicom_types.h"

namespace dcmflow {

// images.csv or images.ndjson: the series of an image and why it was split, its size in voxels,
// spacing (mm) and origin (mm, LPS, centre of the first voxel), its voxels, and what was found of
// its geometry.
std::vector<std::string> image_columns();
std::vector<Cell> image_cells(const ImageFile& image);

}  // namespace dcmflow
