#include "stages/geometry/place_slices.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "stages/base/vector3.h"
#include "stages/geometry/background.h"
#include "stages/geometry/grid.h"
#include "stages/geometry/label_step.h"
#include "stages/geometry/spacing.h"
#include "stages/geometry/upright_grid.h"

namespace dcmflow {
namespace {

// A rectified slice has at most this many times the voxels of a frame: beyond, it is no gantry.
constexpr double most_rectified = 16;

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

bool is_label(const Frame& frame) { return is_label(*frame.instance->shared); }

bool is_rounded(const Frame& frame, const Tolerances& tolerances) {
  const auto orientation = frame.image_orientation_patient();
  return orientation && orthonormal_error(*orientation) > tolerances.iop_rounded;
}

class SlicePlacer {
 public:
  SlicePlacer(Stack& stack, const OrderedFrames& ordered, const Tolerances& tolerances,
              const ImageOptions& options)
      : stack_(stack),
        ordered_(ordered),
        tolerances_(tolerances),
        options_(options),
        first_(ordered.frames.front()),
        slices_(static_cast<std::uint32_t>(ordered.positions.size())),
        orientation_(ordered.orientation),
        positions_(ordered.positions.begin(), ordered.positions.end()) {
    is_rounded_ = std::ranges::any_of(
        frames(), [&](const Frame& frame) { return is_rounded(frame, tolerances); });
    if (is_rounded_) follow_positions();
    spacing_ = measure_spacing(positions_, tolerances);
  }

  std::optional<Refusal> place() {
    stack_.grid = make_grid(frames(), orientation_, ordered_.single_spacing);
    for (std::uint32_t k = 0; k < slices_; ++k) places_.push_back({static_cast<double>(k), {}});
    if (auto refusal = is_label(first_) ? place_labels() : place_along_normal()) return refusal;
    measure();
    if (auto refusal = place_sideways()) return refusal;
    return judge();
  }

 private:
  // Of the first volume: the others lie where it does.
  std::span<const Frame> frames() const { return ordered_.frames.first(slices_); }

  // Cosines say the normal less well than positions far from each other do.
  void follow_positions() {
    if (slices_ < 2) return;
    const auto drift = frames().back().position - frames().front().position;
    const auto normal = normalised(drift);
    const double sine = norm(cross(normal, orientation_.normal));
    if (!(sine <= tolerances_.iop_orthonormal) || dot(drift, orientation_.normal) <= 0) return;
    orientation_ = with_normal(orientation_, normal);
    for (std::uint32_t k = 0; k < slices_; ++k)
      positions_[k] = dot(frames()[k].position, orientation_.normal);
  }

  // Slices missing inside, and gaps that vary.
  std::optional<Refusal> place_along_normal() {
    switch (spacing_.kind) {
      case SpacingKind::single:
        return std::nullopt;
      case SpacingKind::regular:
      case SpacingKind::jitter:
        if (drift_from_grid() > normal_limit()) return resample();
        if (spacing_.kind == SpacingKind::jitter) stack_.flags.emplace_back("spacing_jitter");
        return std::nullopt;
      case SpacingKind::missing:
        return fill_missing();
      case SpacingKind::irregular:
        return resample();
    }
    return std::nullopt;
  }

  // What is left out is empty.
  std::optional<Refusal> place_labels() {
    if (slices_ < 2) return std::nullopt;
    const auto found = find_label_step(first_, positions_, tolerances_);
    if (!found)
      return Refusal{Reason::irregular_spacing,
                     "gaps of " + number(spacing_.median_gap) + " and " +
                         number(spacing_.worst_gap) +
                         " mm between labels are no multiples of one step; --tolerances "
                         "missing_slices says how near they must be"};
    const auto most = most_label_slices(first_, slices_);
    const auto total = std::uint64_t{slices_} + found->omitted;
    if (total > most)
      return Refusal{Reason::missing_slices,
                     std::to_string(total) + " slices of " + number(found->step) +
                         " mm lie from the first label to the last, at most " +
                         std::to_string(most) + " are written"};
    if (found->omitted == 0) return std::nullopt;
    return put_on_planes(static_cast<std::uint32_t>(total), "labels lie on no even planes");
  }

  std::optional<Refusal> fill_missing() {
    const auto detail = missing_detail();
    if (options_.on_missing == OnMissing::reject)
      return Refusal{Reason::missing_slices, detail + ", and --on-missing is reject"};
    if (options_.on_missing == OnMissing::keep) return keep("missing_slices");
    if (options_.strict)
      return Refusal{Reason::missing_slices, detail + ", and --strict fills none"};
    if (auto refusal = put_on_planes(slices_ + spacing_.missing, detail)) return refusal;
    stack_.flags.emplace_back("missing_filled");
    return std::nullopt;
  }

  // Each frame on a plane of its own among `total`; the others are made.
  std::optional<Refusal> put_on_planes(std::uint32_t total, const std::string& detail) {
    const double step = length() / (total - 1);
    set_slices(total, step);
    for (std::uint32_t k = 0; k < slices_; ++k) {
      places_[k].slice = std::round(from_first(k) / step);
      if (k > 0 && places_[k].slice <= places_[k - 1].slice)
        return Refusal{Reason::irregular_spacing, detail};
    }
    add_recipes(total);
    return std::nullopt;
  }

  std::optional<Refusal> resample() {
    const auto detail = "a gap of " + number(spacing_.worst_gap) + " mm among gaps of " +
                        number(spacing_.median_gap) + " mm";
    // Of what is missing for the most part no image is made, whatever is asked for.
    if (spacing_.missing > slices_) return Refusal{Reason::missing_slices, missing_detail()};
    if (options_.on_irregular == OnIrregular::keep) return keep("irregular_spacing");
    if (options_.strict)
      return Refusal{Reason::irregular_spacing, detail + ", and --strict resamples none"};
    if (options_.on_irregular != OnIrregular::resample)
      return Refusal{Reason::irregular_spacing,
                     detail + "; --on-irregular resample or split makes images of it"};
    if (resample_at(spacing_.median_gap)) {
      stack_.flags.emplace_back("spacing_resampled");
      return std::nullopt;
    }
    return Refusal{Reason::irregular_spacing,
                   detail + ": a grid that shows all " + std::to_string(slices_) +
                       " slices has more planes between them; --on-irregular split makes an image "
                       "of each run"};
  }

  // Whether planes at this distance use every frame, and no more of them are made than there are
  // frames.
  bool resample_at(double step) {
    const double steps = std::floor(length() / step + 1e-6);
    if (steps > 2.0 * slices_) return false;
    const auto total = static_cast<std::uint32_t>(steps) + 1;
    set_slices(total, step);
    for (std::uint32_t k = 0; k < slices_; ++k) places_[k].slice = from_first(k) / step;
    add_recipes(total);
    std::vector<bool> used(slices_);
    for (const auto& recipe : stack_.recipes) used[recipe.lower] = used[recipe.upper] = true;
    return stack_.filled_slices.size() <= slices_ && std::ranges::count(used, false) == 0;
  }

  void add_recipes(std::uint32_t total) {
    for (std::uint32_t k = 0, lower = 0; k < total; ++k) {
      while (lower + 1 < slices_ && places_[lower + 1].slice <= k) ++lower;
      add_recipe(lower, k);
    }
  }

  // Written slice k lies at or behind frame `lower` and before the next.
  void add_recipe(std::uint32_t lower, std::uint32_t k) {
    SliceRecipe recipe{.lower = lower, .upper = lower, .upper_weight = 0, .shift = {}};
    const bool is_on_frame = lower + 1 == slices_ || places_[lower].slice == k;
    if (!is_on_frame) stack_.filled_slices.push_back(k);
    if (!is_on_frame && is_label(first_)) {
      recipe.lower = recipe.upper = SliceRecipe::no_frame;
    } else if (!is_on_frame) {
      recipe.upper = lower + 1;
      recipe.upper_weight =
          (k - places_[lower].slice) / (places_[lower + 1].slice - places_[lower].slice);
    }
    stack_.recipes.push_back(recipe);
  }

  std::string missing_detail() const {
    return std::to_string(spacing_.missing) + " of " +
           std::to_string(std::uint64_t{slices_} + spacing_.missing) +
           " slices are missing: the largest gap is " + number(spacing_.worst_gap) +
           " mm, the median " + number(spacing_.median_gap) + " mm";
  }

  std::optional<Refusal> keep(std::string flag) {
    kept_ = true;
    stack_.flags.push_back(std::move(flag));
    return std::nullopt;
  }

  void set_slices(std::uint32_t slices, double step) {
    stack_.grid.size[2] = slices;
    stack_.grid.spacing[2] = step;
  }

  // Slices that drift sideways, as a tilted gantry makes them.
  std::optional<Refusal> place_sideways() {
    const auto shear = shear_deg(frames(), orientation_);
    const double accepted =
        shear <= tolerances_.shear_deg ? corner_limit() : tolerances_.corner_fail_mm;
    const auto drift = frames().back().position - first_.position;
    const double sideways = norm(drift - orientation_.normal * length());
    if (kept_ || error() <= accepted || sideways <= tolerances_.corner_fail_mm) return std::nullopt;
    const auto detail = "slices are sheared by " + number(shear) + "°, which puts corners " +
                        number(error()) + " mm off, at most " + number(accepted) +
                        " mm is accepted (--tolerances shear_deg, corner_fail_mm)";
    if (options_.on_tilt == OnTilt::reject)
      return Refusal{Reason::gantry_tilt, detail + ", and --on-tilt is reject"};
    const bool in_affine = options_.on_tilt == OnTilt::affine || is_label(first_);
    if (in_affine && options_.format_holds_shear) {
      stack_.grid.spacing[2] *= norm(drift) / dot(drift, orientation_.normal);
      stack_.grid.direction[2] = normalised(drift);
      stack_.grid.is_sheared = true;
      stack_.flags.emplace_back("tilt_in_affine");
    } else if (is_label(first_)) {
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
  void rectify(const Vector3& drift) {
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

  std::optional<Refusal> judge() {
    stack_.max_corner_error_mm = error();
    if (is_rounded_) stack_.flags.emplace_back("orientation_rounded");
    if (kept_) {
      stack_.verdict = Verdict::fail;
    } else if (error() > corner_limit()) {
      return Refusal{Reason::geometry_inconsistent,
                     "corners of slices are " + number(error()) + " mm off the grid, at most " +
                         number(corner_limit()) +
                         " mm is accepted (--tolerances corner_fail_mm, corner_fail_of_gap)"};
    } else {
      const bool is_off = error() > tolerances_.corner_warn_mm;
      const bool is_repaired = !stack_.recipes.empty() && !is_label(first_);
      if (is_off && !is_rounded_) stack_.flags.emplace_back("corners_off_grid");
      stack_.verdict = is_off || is_repaired || is_rounded_ ? Verdict::warn : Verdict::pass;
    }
    repeat_recipes();
    return std::nullopt;
  }

  // The other volumes are made as the first is.
  void repeat_recipes() {
    const auto of_one = stack_.recipes.size();
    for (std::uint32_t v = 1; v < ordered_.volumes; ++v)
      for (std::size_t k = 0; k < of_one; ++k) {
        auto recipe = stack_.recipes[k];
        if (recipe.lower != SliceRecipe::no_frame) {
          recipe.lower += v * slices_;
          recipe.upper += v * slices_;
        }
        stack_.recipes.push_back(recipe);
      }
  }

  void measure() {
    error_ = 0;
    for (std::uint32_t v = 0; v < ordered_.volumes; ++v)
      error_ = std::max(error_, max_corner_error_mm(ordered_.frames.subspan(v * slices_, slices_),
                                                    places_, stack_.grid));
  }
  double error() const { return error_; }
  // Along the normal, where rounded cosines change nothing.
  double normal_limit() const {
    return std::max(tolerances_.corner_fail_mm,
                    tolerances_.corner_fail_of_gap * stack_.grid.spacing[2]);
  }
  double corner_limit() const {
    if (!is_rounded_) return normal_limit();
    const auto& grid = stack_.grid;
    const auto& layout = first_.instance->shared->layout;
    const double width_and_height =
        grid.spacing[0] * layout.columns + grid.spacing[1] * layout.rows;
    return normal_limit() + tolerances_.iop_orthonormal * width_and_height;
  }
  // Gaps that are even one by one can still run away from an even grid.
  double drift_from_grid() const {
    double most = 0;
    for (std::uint32_t k = 0; k < slices_; ++k)
      most = std::max(most, std::abs(from_first(k) - k * length() / (slices_ - 1)));
    return most;
  }
  double from_first(std::uint32_t k) const { return positions_[k] - positions_[0]; }
  double length() const { return from_first(slices_ - 1); }

  Stack& stack_;
  const OrderedFrames& ordered_;
  const Tolerances& tolerances_;
  const ImageOptions& options_;
  const Frame& first_;
  const std::uint32_t slices_;  // frames of a volume
  Orientation orientation_;
  std::vector<double> positions_;  // along its normal
  bool is_rounded_ = false;        // the cosines of a frame
  Spacing spacing_;
  std::vector<FramePlace> places_;  // where the written image shows each of them
  bool kept_ = false;               // written although it is not true
  double error_ = 0;
};

}  // namespace

std::optional<Refusal> place_slices(Stack& stack, const OrderedFrames& ordered,
                                    const Tolerances& tolerances, const ImageOptions& options) {
  return SlicePlacer(stack, ordered, tolerances, options).place();
}

}  // namespace dcmflow
