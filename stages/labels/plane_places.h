#pragma once
// Parallel planes by their places along their normal, and what each stands for. A plane stands for
// half a step to both sides of it: a step is one, unless the planes are further apart by
// themselves. Pure; no Problems.

#include <cstdint>
#include <vector>

namespace dcmflow {

// What rounding makes of equal distances.
inline constexpr double plane_rounding = 1e-6;

// Contours lie in one plane that are no further apart: what rounds their text, and less than planes
// that were drawn.
inline constexpr double one_plane_mm = 0.05;

struct PlaneStep {
  double own = 1;      // a plane stands for half of it to both sides
  double bridged = 1;  // planes that are no further apart leave nothing between them
};

// One each; or of three planes at least, of whose gaps half at least are the smallest within
// `most_off`: that smallest one, and the widest that is like it, where they are more than one.
// REQUIRES: places ascend.
PlaneStep plane_step(const std::vector<double>& places, double most_off);

// The nearest plane to `place` that stands for it; of two at the same distance the upper one. −1:
// none does. REQUIRES: places ascend.
std::int32_t nearest_plane(const std::vector<double>& places, const PlaneStep& step, double place);

}  // namespace dcmflow
