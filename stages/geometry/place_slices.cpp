#include "stages/geometry/place_slices.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "stages/base/vector3.h"
#include "stages/geometry/slice_placer.h"

namespace dcmflow {
namespace {

bool is_rounded(const Frame& frame, const Tolerances& tolerances) {
  const auto orientation = frame.image_orientation_patient();
  return orientation && orthonormal_error(*orientation) > tolerances.iop_rounded;
}

}  // namespace

std::string mm_words(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

SlicePlacer::SlicePlacer(Stack& stack, const OrderedFrames& ordered, const Tolerances& tolerances,
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

std::optional<Refusal> SlicePlacer::place() {
  stack_.grid = make_grid(frames(), orientation_, ordered_.single_spacing);
  for (std::uint32_t k = 0; k < slices_; ++k) places_.push_back({static_cast<double>(k), {}});
  if (auto refusal = is_label(*first_.instance->shared) ? place_labels() : place_along_normal())
    return refusal;
  measure();
  if (auto refusal = place_sideways()) return refusal;
  return judge();
}

// Cosines say the normal less well than positions far from each other do.
void SlicePlacer::follow_positions() {
  if (slices_ < 2) return;
  const auto drift = frames().back().position - frames().front().position;
  const auto normal = normalised(drift);
  const double sine = norm(cross(normal, orientation_.normal));
  if (!(sine <= tolerances_.iop_orthonormal) || dot(drift, orientation_.normal) <= 0) return;
  orientation_ = with_normal(orientation_, normal);
  for (std::uint32_t k = 0; k < slices_; ++k)
    positions_[k] = dot(frames()[k].position, orientation_.normal);
}

std::optional<Refusal> SlicePlacer::judge() {
  stack_.max_corner_error_mm = error();
  if (is_rounded_) stack_.flags.emplace_back("orientation_rounded");
  if (kept_) {
    stack_.verdict = Verdict::fail;
  } else if (error() > corner_limit()) {
    return Refusal{Reason::geometry_inconsistent,
                   "corners of slices are " + mm_words(error()) + " mm off the grid, at most " +
                       mm_words(corner_limit()) +
                       " mm is accepted (--tolerances corner_fail_mm, corner_fail_of_gap)"};
  } else {
    const bool is_off = error() > tolerances_.corner_warn_mm;
    const bool is_repaired = !stack_.recipes.empty() && !is_label(*first_.instance->shared);
    if (is_off && !is_rounded_) stack_.flags.emplace_back("corners_off_grid");
    stack_.verdict = is_off || is_repaired || is_rounded_ ? Verdict::warn : Verdict::pass;
  }
  repeat_recipes();
  return std::nullopt;
}

// The other volumes are made as the first is.
void SlicePlacer::repeat_recipes() {
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

void SlicePlacer::measure() {
  error_ = 0;
  for (std::uint32_t v = 0; v < ordered_.volumes; ++v)
    error_ = std::max(error_, max_corner_error_mm(ordered_.frames.subspan(v * slices_, slices_),
                                                  places_, stack_.grid));
}

// Along the normal, where rounded cosines change nothing.
double SlicePlacer::normal_limit() const {
  return std::max(tolerances_.corner_fail_mm,
                  tolerances_.corner_fail_of_gap * stack_.grid.spacing[2]);
}

double SlicePlacer::corner_limit() const {
  if (!is_rounded_) return normal_limit();
  const auto& grid = stack_.grid;
  const auto& layout = first_.instance->shared->layout;
  const double width_and_height = grid.spacing[0] * layout.columns + grid.spacing[1] * layout.rows;
  return normal_limit() + tolerances_.iop_orthonormal * width_and_height;
}

std::optional<Refusal> place_slices(Stack& stack, const OrderedFrames& ordered,
                                    const Tolerances& tolerances, const ImageOptions& options) {
  return SlicePlacer(stack, ordered, tolerances, options).place();
}

}  // namespace dcmflow
