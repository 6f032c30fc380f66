#include "stages/sorting/contrast_equality.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <span>

#include "stages/base/vector3.h"
#include "stages/dicom/value_text.h"

namespace dcmflow {
namespace {

bool is_near(double a, double b, double relative) {
  return std::abs(a - b) <= relative * std::max(std::abs(a), std::abs(b));
}

// An angle between axes would do for diffusion, but not for velocities.
bool is_along(const KeyValue& a, const KeyValue& b, double degrees) {
  const Vector3 x{a[1], a[2], a[3]}, y{b[1], b[2], b[3]};
  if (norm(x) == 0 || norm(y) == 0) return norm(x) == norm(y);
  const double angle = std::atan2(norm(cross(x, y)), dot(x, y)) * 180 / std::numbers::pi;
  return angle <= degrees;
}

// b-values: scanners that write b = 0 as a small number mean it.
constexpr double b_value_relative = 0.005;
constexpr double b_value_equal = 0.01;

}  // namespace

bool is_equal(const ContrastAttribute& attribute, const ContrastValue& a, const ContrastValue& b) {
  switch (attribute.equality) {
    case Equality::text:
      return a.text == b.text;
    case Equality::number:
      return is_near(a.numbers[0], b.numbers[0], attribute.tolerance);
    case Equality::direction:
      return (is_near(a.numbers[0], b.numbers[0], b_value_relative) ||
              std::abs(a.numbers[0] - b.numbers[0]) <= b_value_equal) &&
             is_along(a.numbers, b.numbers, attribute.tolerance);
  }
  return false;
}

std::string value_text(const ContrastAttribute& attribute, const ContrastValue& value) {
  if (attribute.equality == Equality::text) return value.text;
  const auto& n = value.numbers;
  if (attribute.equality == Equality::number) return numbers_text(std::span(n).first(1));
  const bool has_direction = n[1] != 0 || n[2] != 0 || n[3] != 0;
  return numbers_text(std::span(n).first(has_direction ? 4 : 1));
}

}  // namespace dcmflow
