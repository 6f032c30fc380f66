#include "stages/formats/nifti_quaternion.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace dcmflow {

// Its products with its largest component, normalised, so that no digits are lost.
Quaternion quaternion_of(const Matrix3& r) {
  const double trace = r[0][0] + r[1][1] + r[2][2];
  // Four times the square of each component.
  const std::array<double, 4> squares{1 + trace, 1 + 2 * r[0][0] - trace, 1 + 2 * r[1][1] - trace,
                                      1 + 2 * r[2][2] - trace};
  // Four times the product of each two components.
  const double ab = r[2][1] - r[1][2];
  const double ac = r[0][2] - r[2][0];
  const double ad = r[1][0] - r[0][1];
  const double bc = r[0][1] + r[1][0];
  const double bd = r[0][2] + r[2][0];
  const double cd = r[1][2] + r[2][1];
  const std::array<Quaternion, 4> products{{{squares[0], ab, ac, ad},
                                            {ab, squares[1], bc, bd},
                                            {ac, bc, squares[2], cd},
                                            {ad, bd, cd, squares[3]}}};
  const auto largest = std::ranges::max_element(squares) - squares.begin();
  Quaternion q = products[static_cast<std::size_t>(largest)];
  const double norm = std::hypot(std::hypot(q[0], q[1]), std::hypot(q[2], q[3]));
  const double scale = q[0] < 0 ? -1 / norm : 1 / norm;
  for (double& component : q) component *= scale;
  return q;
}

// Where a² is too small to be told, as in every half turn
// (sagittal and coronal images), the largest is rounded up until the reader's a² is not above 0:
// the rest that rounding down leaves would be read as a turn of up to 0.3 milliradians.
template <class Real>
std::array<Real, 3> stored_quaternion(const Quaternion& q) {
  std::array<Real, 3> stored{static_cast<Real>(q[1]), static_cast<Real>(q[2]),
                             static_cast<Real>(q[3])};
  const double untold = std::numeric_limits<Real>::epsilon() / 2;
  const auto squares = [&] {
    return double{stored[0]} * stored[0] + double{stored[1]} * stored[1] +
           double{stored[2]} * stored[2];
  };
  Real& largest =
      *std::ranges::max_element(stored, {}, [](Real component) { return std::abs(component); });
  while (q[0] * q[0] < untold && squares() < 1)
    largest = std::nextafter(largest, std::copysign(Real{2}, largest));
  return stored;
}

template std::array<float, 3> stored_quaternion<float>(const Quaternion& q);
template std::array<double, 3> stored_quaternion<double>(const Quaternion& q);

}  // namespace dcmflow
