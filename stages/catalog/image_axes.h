#pragma once
// Directions of the patient's space in the axes of an image. Pure; no Problems.

#include "stages/base/vector3.h"
#include "stages/dicom_types.h"

namespace dcmflow {

// The components of a direction (LPS) along rows, columns, and the normal of both, which is k but
// in a sheared image: so its length stays.
inline Vector3 in_image_axes(const Vector3& direction, const Grid& grid) {
  return {dot(direction, grid.direction[0]), dot(direction, grid.direction[1]),
          dot(direction, cross(grid.direction[0], grid.direction[1]))};
}

}  // namespace dcmflow
