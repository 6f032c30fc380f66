#include "stages/to_dicom/cielab.h"

#include <algorithm>
#include <cmath>

#include "stages/base/vector3.h"

namespace dcmflow {
namespace {

double linear(std::uint8_t sample) {
  const double value = sample / 255.0;
  return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

double lightness(double part) {
  constexpr double knee = 216.0 / 24389, slope = 24389.0 / 27;
  return part > knee ? std::cbrt(part) : (slope * part + 16) / 116;
}

std::uint16_t steps(double value, double least, double greatest) {
  const double part = std::clamp((value - least) / (greatest - least), 0.0, 1.0);
  return static_cast<std::uint16_t>(std::lround(part * 65535));
}

}  // namespace

std::array<std::uint16_t, 3> cielab(const std::array<std::uint8_t, 3>& rgb) {
  // sRGB's primaries, adapted to D50 by Bradford's method as its ICC profile has them.
  constexpr std::array<Vector3, 3> xyz_of{{{0.4360747, 0.3850649, 0.1430804},
                                           {0.2225045, 0.7168786, 0.0606169},
                                           {0.0139322, 0.0971045, 0.7141733}}};
  constexpr Vector3 white{0.96422, 1, 0.82521};
  const Vector3 samples{linear(rgb[0]), linear(rgb[1]), linear(rgb[2])};
  Vector3 part{};
  for (std::size_t i = 0; i < 3; ++i) part[i] = lightness(dot(xyz_of[i], samples) / white[i]);
  return {steps(116 * part[1] - 16, 0, 100), steps(500 * (part[0] - part[1]), -128, 127),
          steps(200 * (part[1] - part[2]), -128, 127)};
}

}  // namespace dcmflow
