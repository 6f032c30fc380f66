// The part of place_slices that goes across the normal: slices that a tilted gantry shears.

#include "stages/base/vector3.h"
#include "stages/geometry/background.h"
#include "stages/geometry/slice_placer.h"
#include "stages/geometry/upright_grid.h"

namespace dcmflow {
namespace {

// A rectified slice has at most this many times the voxels of a frame: beyond, it is no gantry.
constexpr double most_rectified = 16;

}  // namespace

// Slices that drift sideways, as a tilted gantry makes them.
std::optional<Refusal> SlicePlacer::place_sideways() {
  const auto shear = shear_deg(frames(), orientation_);
  const double accepted =
      shear <= tolerances_.shear_deg ? corner_limit() : tolerances_.corner_fail_mm;
  const auto drift = frames().back().position - first_.position;
  const double sideways = norm(drift - orientation_.normal * length());
  if (kept_ || error() <= accepted || sideways <= tolerances_.corner_fail_mm) return std::nullopt;
  const auto detail = "slices are sheared by " + mm_words(shear) + "°, which puts corners " +
                      mm_words(error()) + " mm off, at most " + mm_words(accepted) +
                      " mm is accepted (--tolerances shear_deg, corner_fail_mm)";
  if (options_.on_tilt == OnTilt::reject)
    return Refusal{Reason::gantry_tilt, detail + ", and --on-tilt is reject"};
  const bool in_affine = options_.on_tilt == OnTilt::affine || is_label(*first_.instance->shared);
  if (in_affine && options_.format_holds_shear) {
    stack_.grid.spacing[2] *= norm(drift) / dot(drift, orientation_.normal);
    stack_.grid.direction[2] = normalised(drift);
    stack_.grid.is_sheared = true;
    stack_.flags.emplace_back("tilt_in_affine");
  } else if (is_label(*first_.instance->shared)) {
    return Refusal{Reason::gantry_tilt,
                   detail +
                       ", and labels are not interpolated; --on-tilt affine with a NIfTI "
                       "format shears the grid instead"};
  } else if (times_larger(stack_.grid, drift) > most_rectified) {
    return Refusal{Reason::gantry_tilt, detail + ", and no grid of a size that can be is true"};
  } else {
    rectify(drift * (1 / dot(drift, orientation_.normal)));
  }
  measure();
  return std::nullopt;
}

// `drift`: mm for each mm along the normal.
void SlicePlacer::rectify(const Vector3& drift) {
  const auto upright = make_upright(stack_.grid, drift);
  stack_.grid = upright.grid;
  if (stack_.recipes.empty())
    for (std::uint32_t k = 0; k < slices_; ++k)
      stack_.recipes.push_back({.lower = k, .upper = k, .upper_weight = 0, .shift = {}});
  for (std::uint32_t k = 0; k < stack_.grid.size[2]; ++k)
    stack_.recipes[k].shift = upright.shift_at(k);
  for (auto& place : places_) place.shift = upright.shift_at(place.slice);
  stack_.background = is_colour(*first_.instance->shared) ? 0 : background_of(first_);
  stack_.flags.emplace_back("tilt_rectified");
}

}  // namespace dcmflow
