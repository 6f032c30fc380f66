#pragma once
// Three-dimensional vector arithmetic, in patient coordinates (mm) unless said otherwise. Pure.

#include <array>
#include <cmath>

namespace dcmflow {

using Vector3 = std::array<double, 3>;

inline Vector3 operator+(const Vector3& a, const Vector3& b) {
  return {a[0] + b[0], a[1] + b[1], a[2] + b[2]};
}
inline Vector3 operator-(const Vector3& a, const Vector3& b) {
  return {a[0] - b[0], a[1] - b[1], a[2] - b[2]};
}
inline Vector3 operator*(const Vector3& a, double s) { return {a[0] * s, a[1] * s, a[2] * s}; }
inline double dot(const Vector3& a, const Vector3& b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
inline Vector3 cross(const Vector3& a, const Vector3& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}
inline double norm(const Vector3& a) { return std::sqrt(dot(a, a)); }
inline Vector3 normalised(const Vector3& a) { return a * (1 / norm(a)); }

}  // namespace dcmflow
