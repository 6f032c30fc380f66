#pragma once
// How the planes of a grid are shown: as radiologists look at them, the patient's right at the left
// of the picture. Pure; no Problems.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "stages/dicom_types.h"

namespace dcmflow {

// A plane along two axes of the voxels, that of the patient which it is nearest to.
struct ViewPlane {
  std::string_view name;               // "axial", "coronal", "sagittal"; "" of an unplaced grid
  std::array<std::uint8_t, 2> axes{};  // of the voxels: the one to the right, the one downwards
  std::array<bool, 2> is_reversed{};   // its first voxel is at the right, or at the bottom
  std::uint8_t across = 2;             // the axis that the plane is across to
  // Of the left, right, top and bottom edge: where in the patient it is (PS3.3 C.7.6.1.1.1), the
  // main direction first; empty of an unplaced grid.
  std::array<std::string, 4> letters;
};

// Axial, coronal, sagittal: to the right is L, L and P; downwards P, I and I. Each axis of the
// voxels stands for the direction of the patient that it is nearest to, no two for the same.
std::array<ViewPlane, 3> view_planes(const Grid& grid);

// "L", "PS": the directions that a unit vector in LPS goes to, by how much; what is less than a
// fourth is left out.
std::string direction_letters(const Vector3& direction);

}  // namespace dcmflow
