#include "test-data/body.h"

#include <bit>
#include <cmath>

namespace dcmflow {
namespace {

// A tissue fills its ellipse (as shares of the body's half axes) over what was there before.
struct Tissue {
  double centre_x, centre_y, half_width, half_depth;
  double ct, mr;
  double ct_noise, mr_noise;
};

constexpr Tissue air{0, 0, 0, 0, -1000, 12, 6, 12};
constexpr Tissue tissues[] = {
    {0.0, 0.0, 1.00, 1.00, -90, 620, 22, 30},     // fat
    {0.0, 0.0, 0.93, 0.90, 45, 280, 26, 24},      // muscle
    {-0.45, -0.1, 0.36, 0.55, -820, 40, 34, 14},  // lungs
    {0.45, -0.1, 0.36, 0.55, -820, 40, 34, 14},  {0.0, 0.62, 0.16, 0.22, 620, 90, 40, 16},  // spine
};

// Uniform in [-1, 1), twice, summed: a triangle, near enough to a scanner's noise for a compressor.
double noise(const std::array<double, 3>& position, std::uint64_t seed) {
  std::uint64_t mixed = seed;
  for (const double coordinate : position) {
    mixed = (mixed ^ std::bit_cast<std::uint64_t>(coordinate)) * 0x9e3779b97f4a7c15U;
    mixed ^= mixed >> 29U;
  }
  mixed = (mixed ^ mixed >> 32U) * 0xbf58476d1ce4e5b9U;
  mixed ^= mixed >> 31U;
  const double first = std::ldexp(static_cast<double>(mixed >> 32U), -31) - 1;
  const double second = std::ldexp(static_cast<double>(mixed & 0xffffffffU), -31) - 1;
  return first + second;
}

bool is_inside(const Tissue& tissue, double x, double y) {
  const double dx = (x - tissue.centre_x) / tissue.half_width;
  const double dy = (y - tissue.centre_y) / tissue.half_depth;
  return dx * dx + dy * dy <= 1;
}

}  // namespace

std::function<double(const std::array<double, 3>&)> body(bool is_ct, double half_width,
                                                         double half_depth, std::uint64_t seed) {
  return [=](const std::array<double, 3>& position) {
    const double x = position[0] / half_width;
    const double y = position[1] / half_depth;
    const Tissue* here = &air;
    if (is_inside(tissues[0], x, y))
      for (const Tissue& tissue : tissues)
        if (is_inside(tissue, x, y)) here = &tissue;
    const double level = is_ct ? here->ct : here->mr;
    const double spread = is_ct ? here->ct_noise : here->mr_noise;
    const double value = level + spread * noise(position, seed);
    return is_ct ? value : std::abs(value);  // MR magnitudes are never negative
  };
}

}  // namespace dcmflow
