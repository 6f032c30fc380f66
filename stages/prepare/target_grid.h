#pragma once
// Grids → the grids of prepared images, and where the voxels of one lie in another. Lengths in mm,
// coordinates in LPS. Pure; thread-safe.

#include <array>
#include <string>
#include <string_view>

#include "stages/base/result.h"
#include "stages/dicom_types.h"
#include "stages/prepare/prepare_options.h"

namespace dcmflow {

// Whether a text says where three axes go to: one letter each of L and R, P and A, S and I, as
// "LPS" of a grid whose directions are those of DICOM's patient system, or "RAS" of NIfTI's.
bool is_orientation(std::string_view text);

// That of a grid: each axis by the patient axis that it is nearest to, all three together.
std::string orientation_of(const Grid& grid);

// Voxels are counted the other way; none is moved. REQUIRES: is_orientation().
Grid reoriented(const Grid& grid, std::string_view orientation);

// The grid with all changes. Spacing keeps the edge of the field at the first voxel's corner: size
// = extent ÷ spacing, to the nearest number (a half down), at least 1. Crop and pad keep the
// middle; of an odd number of voxels the one more goes, or comes, at the end. Orthogonal, where the
// grid is. Problem{not_prepared}: a size beyond 1,000,000 along an axis.
Result<Grid> change_grid(const Grid& grid, const GridChanges& changes);

// Where voxels of a grid lie in another, in its voxels: index[row] = sum of at[row][column] ·
// voxel[column], + at[row][3].
struct IndexMap {
  std::array<std::array<double, 4>, 3> at{};
  Vector3 operator()(const Vector3& voxel) const;
};
// REQUIRES: `to` is orthogonal.
IndexMap index_map(const Grid& from, const Grid& to);

// Its directions are unit vectors at right angles, within 1e-4: neither sheared, nor no directions.
bool is_orthogonal(const Grid& grid);

// Both have the same voxels at the same places, within `part` of a voxel.
bool is_same_grid(const Grid& a, const Grid& b, double part);

}  // namespace dcmflow
