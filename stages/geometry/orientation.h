#pragma once
// Image orientation: the two direction cosines of PS3.3 C.7.6.2.1.1 and what follows from them.
// Pure; no Problems.

#include <array>
#include <optional>
#include <string_view>

#include "stages/dicom_types.h"

namespace dcmflow {

// Orthonormal directions in LPS: along a row, down a column, and normal = row × column.
struct Orientation {
  Vector3 row{};
  Vector3 column{};
  Vector3 normal{};
};

// By how much the cosines miss being unit vectors at right angles: the largest of | |row| − 1 |,
// | |column| − 1 | and |row · column|.
double orthonormal_error(const std::array<double, 6>& image_orientation_patient);

// From Image Orientation (Patient); nullopt when it is off by more than `tolerance`. The row keeps
// its direction (Gram-Schmidt); of axes that are off by more than 1e-3 neither is known better, and
// both turn by the same angle.
std::optional<Orientation> make_orientation(const std::array<double, 6>& image_orientation_patient,
                                            double tolerance);

// The orientation turned so that its normal is `normal`, a unit vector within 90° of it.
Orientation with_normal(const Orientation& orientation, const Vector3& normal);

// The largest angle between the axes of two orientations, in degrees.
double angle_deg(const Orientation& a, const Orientation& b);

// "Axial", "Coronal" or "Sagittal" when the normal has a cosine over 0.8 with that axis (within
// 37°), else "Oblique".
std::string_view plane_name(const Vector3& normal);

}  // namespace dcmflow
