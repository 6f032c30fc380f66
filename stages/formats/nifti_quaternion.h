#pragma once
// The rotation of a NIfTI header's qform: a unit quaternion a + bi + cj + dk.
//
// Only b, c, d are stored; readers get a = sqrt(1 - b² - c² - d²), which costs digits as a goes to
// 0; niftilib takes a² below 1e-7 as 0, nibabel a² below 0. Both get 0 when the floats are rounded
// so that a² is not above it. So a grid that is turned within the axial plane by θ (half a turn
// about z in RAS) is shown by the qform about 1e-7/θ off, for θ below 0.5 milliradians as not
// turned at all. The format cannot say it better.

#include <array>

#include "stages/base/vector3.h"

namespace dcmflow {

using Matrix3 = std::array<Vector3, 3>;    // rows
using Quaternion = std::array<double, 4>;  // a, b, c, d

// The unit quaternion of a rotation, a >= 0. REQUIRES: orthonormal columns, right-handed. Pure.
Quaternion quaternion_of(const Matrix3& rotation);

// b, c, d in the precision of the header: float in NIfTI-1, double in NIfTI-2. Pure.
template <class Real>
std::array<Real, 3> stored_quaternion(const Quaternion& q);

}  // namespace dcmflow
