#pragma once
// The table of images: a row for each image file, in the order of volumes.json, which says the
// same.

#include "stages/base/output_folder.h"
#include "stages/base/table_format.h"
#include "stages/write_catalog.h"

namespace dcmflow {

// images.csv or images.ndjson: the series of an image and why it was split, its size in voxels,
// spacing (mm) and origin (mm, LPS, centre of the first voxel), its voxels, and what was found of
// its geometry. Problems: output_not_writable, disk_full.
Status write_image_table(const OutputFolder& folder, const Catalog& catalog, TableFormat format);

}  // namespace dcmflow
