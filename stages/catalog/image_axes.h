#pragma once
// Directions of the patient's space in the axes of an image. Pure; no Problems.

#include "stages/base/vector3.h"
#include "stages/dicom_types.h"

namespace dcmflow {

// The components of a direction (LPS) along rows, columns, and the normal of both on the side of
// the slices, which is k but in a sheared image: so its length stays.
inline Vector3 in_image_axes(const Vector3& direction, const Grid& grid) {
  const auto normal = cross(grid.direction[0], grid.direction[1]);
  const double side = dot(normal, grid.direction[2]) < 0 ? -1 : 1;
  return {dot(direction, grid.direction[0]), dot(direction, grid.direction[1]),
          side * dot(direction, normal)};
}

}  // namespace dcmflow
