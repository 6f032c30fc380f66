#pragma once
// Patient coordinates (LPS, mm) as voxel coordinates of a grid: its first voxel has its centre at
// (0, 0, 0), and the next along each axis at 1. Pure; no Problems.

#include <array>

#include "stages/base/vector3.h"
#include "stages/dicom_types.h"

namespace dcmflow {

// Of a sheared grid too. Of directions that span no space, or spacings of 0, nothing is finite.
class VoxelSpace {
 public:
  explicit VoxelSpace(const Grid& grid);

  // Of a place, and of the way between two.
  Vector3 place(const Vector3& mm) const { return way(mm - origin_); }
  Vector3 way(const Vector3& mm) const {
    return {dot(rows_[0], mm), dot(rows_[1], mm), dot(rows_[2], mm)};
  }
  double voxel_mm3() const { return voxel_mm3_; }

 private:
  Vector3 origin_;
  std::array<Vector3, 3> rows_;  // of the inverse of the grid's matrix
  double voxel_mm3_;
};

}  // namespace dcmflow
