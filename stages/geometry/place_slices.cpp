#include "stages/geometry/place_slices.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "stages/base/vector3.h"
#include "stages/geometry/background.h"
#include "stages/geometry/grid.h"
#include "stages/geometry/spacing.h"

namespace dcmflow {
namespace {

// Irregular stacks become at most this many times their slices.
constexpr double most_resampled = 16;
// A rectified slice has at most this many times the voxels of a frame: beyond, it is no gantry.
constexpr double most_rectified = 16;

std::string number(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

// Labels have nothing between them, but where there is none there is background.
bool is_label(const Frame& frame) {
  return frame.instance->shared->sop_class_uid == segmentation_storage;
}

bool can_interpolate(const Frame& frame) {
  return !is_label(frame) && !is_colour(*frame.instance->shared);
}

class SlicePlacer {
 public:
  SlicePlacer(Stack& stack, const OrderedFrames& ordered, const Tolerances& tolerances,
              const ImageOptions& options)
      : stack_(stack),
        ordered_(ordered),
        tolerances_(tolerances),
        options_(options),
        spacing_(measure_spacing(ordered.positions, tolerances)),
        first_(ordered.frames.front()),
        slices_(static_cast<std::uint32_t>(ordered.positions.size())) {}

  std::optional<Refusal> place() {
    stack_.grid =
        make_grid(ordered_.frames.first(slices_), ordered_.orientation, ordered_.single_spacing);
    for (std::uint32_t k = 0; k < slices_; ++k) places_.push_back({static_cast<double>(k), {}});
    if (auto refusal = place_along_normal()) return refusal;
    measure();
    if (auto refusal = place_sideways()) return refusal;
    return judge();
  }

 private:
  // Slices missing inside, and gaps that vary.
  std::optional<Refusal> place_along_normal() {
    switch (spacing_.kind) {
      case SpacingKind::single:
        return std::nullopt;
      case SpacingKind::regular:
      case SpacingKind::jitter:
        if (drift_from_grid() > corner_limit()) return resample();
        if (spacing_.kind == SpacingKind::jitter) stack_.flags.emplace_back("spacing_jitter");
        return std::nullopt;
      case SpacingKind::missing:
        return fill_missing();
      case SpacingKind::irregular:
        return resample();
    }
    return std::nullopt;
  }

  std::optional<Refusal> fill_missing() {
    const auto detail = std::to_string(spacing_.missing) + " of " +
                        std::to_string(slices_ + spacing_.missing) +
                        " slices are missing: the largest gap is " + number(spacing_.worst_gap) +
                        " mm, the median " + number(spacing_.median_gap) + " mm";
    // Where a label is nowhere its frames are left out: most of them may be.
    const bool too_many =
        is_label(first_) ? spacing_.missing > most_resampled * slices_ : spacing_.missing > slices_;
    if (too_many || options_.on_missing == OnMissing::reject)
      return Refusal{Reason::missing_slices, detail};
    if (options_.on_missing == OnMissing::keep) return keep("missing_slices");
    if (options_.strict)
      return Refusal{Reason::missing_slices, detail + ", and --strict fills none"};
    if (is_colour(*first_.instance->shared))
      return Refusal{Reason::missing_slices, detail + ", and colours are not interpolated"};
    const auto total = slices_ + spacing_.missing;
    const double step = length() / (total - 1);
    set_slices(total, step);
    for (std::uint32_t k = 0; k < slices_; ++k) {
      places_[k].slice = std::round(from_first(k) / step);
      if (k > 0 && places_[k].slice <= places_[k - 1].slice)
        return Refusal{Reason::irregular_spacing, detail};
    }
    const bool between = can_interpolate(first_);
    for (std::uint32_t k = 0, lower = 0; k < total; ++k) {
      while (lower + 1 < slices_ && places_[lower + 1].slice <= k) ++lower;
      if (places_[lower].slice != k) stack_.filled_slices.push_back(k);
      add_recipe(lower, k, between);
    }
    if (!is_label(first_)) stack_.flags.emplace_back("missing_filled");
    return std::nullopt;
  }

  std::optional<Refusal> resample() {
    const auto detail = "a gap of " + number(spacing_.worst_gap) + " mm among gaps of " +
                        number(spacing_.median_gap) + " mm";
    const double steps = std::floor(length() / spacing_.median_gap + 1e-6);
    if (options_.on_irregular == OnIrregular::keep) return keep("irregular_spacing");
    if (options_.strict || options_.on_irregular != OnIrregular::resample ||
        steps > most_resampled * slices_)
      return Refusal{Reason::irregular_spacing, detail};
    if (!can_interpolate(first_))
      return Refusal{Reason::irregular_spacing,
                     detail + ", and labels and colours are not interpolated"};
    const auto total = static_cast<std::uint32_t>(steps) + 1;
    set_slices(total, spacing_.median_gap);
    for (std::uint32_t k = 0; k < slices_; ++k)
      places_[k].slice = from_first(k) / spacing_.median_gap;
    for (std::uint32_t k = 0, lower = 0; k < total; ++k) {
      while (lower + 1 < slices_ && places_[lower + 1].slice <= k) ++lower;
      add_recipe(lower, k, true);
    }
    stack_.flags.emplace_back("spacing_resampled");
    return std::nullopt;
  }

  // Written slice k lies at or behind frame `lower` and before the next.
  void add_recipe(std::uint32_t lower, double k, bool between) {
    SliceRecipe recipe{.lower = lower, .upper = lower, .upper_weight = 0, .shift = {}};
    const bool is_on_frame = lower + 1 == slices_ || places_[lower].slice == k;
    if (!is_on_frame && between) {
      recipe.upper = lower + 1;
      recipe.upper_weight =
          (k - places_[lower].slice) / (places_[lower + 1].slice - places_[lower].slice);
    } else if (!is_on_frame) {
      recipe.lower = recipe.upper = SliceRecipe::no_frame;
    }
    stack_.recipes.push_back(recipe);
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
    const auto shear = shear_deg(ordered_.frames.first(slices_), ordered_.orientation);
    const double accepted =
        shear <= tolerances_.shear_deg ? corner_limit() : tolerances_.corner_fail_mm;
    const auto drift = ordered_.frames[slices_ - 1].position - first_.position;
    const double sideways = norm(drift - ordered_.orientation.normal * length());
    if (kept_ || error() <= accepted || sideways <= tolerances_.corner_fail_mm) return std::nullopt;
    const auto detail = "slices are sheared by " + number(shear) + "°, which puts corners " +
                        number(error()) + " mm off, at most " + number(accepted) +
                        " mm is accepted";
    if (options_.on_tilt == OnTilt::reject) return Refusal{Reason::gantry_tilt, detail};
    const bool in_affine = options_.on_tilt == OnTilt::affine || !can_interpolate(first_);
    if (in_affine && options_.format_holds_shear) {
      stack_.grid.spacing[2] *= norm(drift) / dot(drift, ordered_.orientation.normal);
      stack_.grid.direction[2] = normalised(drift);
      stack_.grid.is_sheared = true;
      stack_.flags.emplace_back("tilt_in_affine");
    } else if (!can_interpolate(first_)) {
      return Refusal{Reason::gantry_tilt, detail + ", and labels and colours are not interpolated"};
    } else if (rectified_size(drift) > most_rectified) {
      return Refusal{Reason::gantry_tilt, detail + ", and no grid of a size that can be is true"};
    } else {
      rectify(drift * (1 / dot(drift, ordered_.orientation.normal)));
    }
    measure();
    return std::nullopt;
  }

  // How many times larger a slice becomes when it is wide enough for all frames.
  double rectified_size(const Vector3& drift) const {
    double times = 1;
    for (std::size_t axis = 0; axis < 2; ++axis)
      times *= 1 + std::abs(dot(drift, stack_.grid.direction[axis])) /
                       (stack_.grid.spacing[axis] * stack_.grid.size[axis]);
    return times;
  }

  // A grid along the normal, wide enough for every slice at its place. `drift`: mm for each mm
  // along the normal.
  void rectify(const Vector3& drift) {
    auto& grid = stack_.grid;
    const double height = grid.spacing[2] * (grid.size[2] - 1);
    std::array<double, 2> voxels_per_mm{};
    std::array<double, 2> before{};
    for (std::size_t axis = 0; axis < 2; ++axis) {
      voxels_per_mm[axis] = dot(drift, grid.direction[axis]) / grid.spacing[axis];
      const double end = voxels_per_mm[axis] * height;
      if (std::abs(end) < 1e-3) voxels_per_mm[axis] = 0;
      before[axis] = std::ceil(std::max(0.0, -end) - 1e-6);
      grid.size[axis] += static_cast<std::uint32_t>(std::ceil(std::abs(end) - 1e-6));
      grid.origin = grid.origin - grid.direction[axis] * (before[axis] * grid.spacing[axis]);
    }
    const auto shift_at = [&](double slice) {
      const double z = slice * grid.spacing[2];
      return std::array{before[0] + voxels_per_mm[0] * z, before[1] + voxels_per_mm[1] * z};
    };
    if (stack_.recipes.empty())
      for (std::uint32_t k = 0; k < slices_; ++k)
        stack_.recipes.push_back({.lower = k, .upper = k, .upper_weight = 0, .shift = {}});
    for (std::uint32_t k = 0; k < grid.size[2]; ++k) stack_.recipes[k].shift = shift_at(k);
    for (auto& place : places_) place.shift = shift_at(place.slice);
    stack_.background = background_of(first_);
    stack_.flags.emplace_back("tilt_rectified");
  }

  std::optional<Refusal> judge() {
    stack_.max_corner_error_mm = error();
    stack_.verdict = corner_verdict(error(), stack_.grid, tolerances_);
    if (kept_) {
      stack_.verdict = Verdict::fail;
    } else if (stack_.verdict == Verdict::fail) {
      return Refusal{Reason::geometry_inconsistent, "corners of slices are " + number(error()) +
                                                        " mm off the grid, at most " +
                                                        number(corner_limit()) + " mm is accepted"};
    } else if (!stack_.recipes.empty() && !is_label(first_)) {
      stack_.verdict = Verdict::warn;
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
  double corner_limit() const {
    return std::max(tolerances_.corner_fail_mm,
                    tolerances_.corner_fail_of_gap * stack_.grid.spacing[2]);
  }
  // Gaps that are even one by one can still run away from an even grid.
  double drift_from_grid() const {
    double most = 0;
    for (std::uint32_t k = 0; k < slices_; ++k)
      most = std::max(most, std::abs(from_first(k) - k * length() / (slices_ - 1)));
    return most;
  }
  double from_first(std::uint32_t k) const { return ordered_.positions[k] - ordered_.positions[0]; }
  double length() const { return from_first(slices_ - 1); }

  Stack& stack_;
  const OrderedFrames& ordered_;
  const Tolerances& tolerances_;
  const ImageOptions& options_;
  const Spacing spacing_;
  const Frame& first_;
  const std::uint32_t slices_;      // frames of a volume
  std::vector<FramePlace> places_;  // where the written image shows each of them
  bool kept_ = false;               // written although it is not true
  double error_ = 0;
};

}  // namespace

std::optional<Refusal> place_slices(Stack& stack, const OrderedFrames& ordered,
                                    const Tolerances& tolerances, const ImageOptions& options) {
  return SlicePlacer(stack, ordered, tolerances, options).place();
}

std::vector<SlabRange> regular_runs(std::span<const double> positions,
                                    const Tolerances& tolerances) {
  const auto slices = static_cast<std::uint32_t>(positions.size());
  const auto spacing = measure_spacing(positions, tolerances);
  if (spacing.kind != SpacingKind::missing && spacing.kind != SpacingKind::irregular)
    return {{0, slices}};
  std::vector<SlabRange> runs{{0, 1}};
  double gap = 0;  // of the run
  for (std::uint32_t k = 1; k < slices; ++k) {
    const double next = positions[k] - positions[k - 1];
    const double tolerance =
        std::max(tolerances.spacing_jitter * gap, tolerances.spacing_jitter_mm);
    if (runs.back().slices == 1 && next < 1.5 * spacing.median_gap)
      gap = next;
    else if (runs.back().slices == 1 || std::abs(next - gap) > tolerance) {
      runs.push_back({k, 1});
      continue;
    }
    ++runs.back().slices;
  }
  return runs;
}

}  // namespace dcmflow
