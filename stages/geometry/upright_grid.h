#pragma once
// The grid along the normal for slices that drift sideways, as a tilted gantry makes them. Patient
// coordinates (LPS). Pure; no Problems.

#include <array>

#include "stages/dicom_types.h"

namespace dcmflow {

// How many times larger a slice becomes when it is wide enough for all frames. `drift`: from the
// first slice of `grid` to its last, mm.
double times_larger(const Grid& grid, const Vector3& drift);

struct UprightGrid {
  Grid grid;
  std::array<double, 2> before{};         // voxels from its first one to that of slice 0
  std::array<double, 2> voxels_per_mm{};  // that slices drift for each mm along the normal

  // Where the first voxel of a frame at the slice lies, in voxels (columns, rows).
  std::array<double, 2> shift_at(double slice) const;
};

// `grid` made wide enough for every slice at its place; what lies along the normal stays. `drift`:
// mm for each mm along the normal. Pure.
UprightGrid make_upright(Grid grid, const Vector3& drift);

}  // namespace dcmflow
