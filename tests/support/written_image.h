#pragma once
// Writes an image whose voxels a function of their position gives, for tests of what reads images.

#include <functional>
#include <string>

#include "stages/formats/formats.h"

namespace dcmflow {

// The value of a voxel by where its centre lies (LPS, mm) and its volume.
using ValueAt = std::function<double(const Vector3& position, std::uint32_t volume)>;

// The centre of a voxel; also between voxels.
Vector3 position_in(const Grid& grid, const Vector3& voxel);

// A file of one of the formats, by its name; its voxels are rounded to the header's type.
void write_image_file(const std::string& path, const ImageHeader& header, const ValueAt& value_at);

// A grid with three rotations, and no two axes alike: 0.7, 0.8 and 2.5 mm.
Grid oblique_grid(std::array<std::uint32_t, 3> size);

}  // namespace dcmflow
