// The part of place_slices that goes along the normal: labels on their planes, slices that are
// missing, gaps that vary.

#include <algorithm>
#include <cmath>

#include "stages/geometry/label_step.h"
#include "stages/geometry/slice_placer.h"

namespace dcmflow {

// Slices missing inside, and gaps that vary.
std::optional<Refusal> SlicePlacer::place_along_normal() {
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
std::optional<Refusal> SlicePlacer::place_labels() {
  if (slices_ < 2) return std::nullopt;
  const auto found = find_label_step(first_, positions_, tolerances_);
  if (!found)
    return Refusal{Reason::irregular_spacing,
                   "gaps of " + mm_words(spacing_.median_gap) + " and " +
                       mm_words(spacing_.worst_gap) +
                       " mm between labels are no multiples of one step; --tolerances "
                       "missing_slices says how near they must be"};
  const auto most = most_label_slices(first_, slices_);
  const auto total = std::uint64_t{slices_} + found->omitted;
  if (total > most)
    return Refusal{Reason::missing_slices,
                   std::to_string(total) + " slices of " + mm_words(found->step) +
                       " mm lie from the first label to the last, at most " + std::to_string(most) +
                       " are written"};
  if (found->omitted == 0) return std::nullopt;
  return put_on_planes(static_cast<std::uint32_t>(total), "labels lie on no even planes");
}

std::optional<Refusal> SlicePlacer::fill_missing() {
  const auto detail = missing_detail();
  if (options_.on_missing == OnMissing::reject)
    return Refusal{Reason::missing_slices, detail + ", and --on-missing is reject"};
  if (options_.on_missing == OnMissing::keep) return keep("missing_slices");
  if (options_.strict) return Refusal{Reason::missing_slices, detail + ", and --strict fills none"};
  if (auto refusal = put_on_planes(slices_ + spacing_.missing, detail)) return refusal;
  stack_.flags.emplace_back("missing_filled");
  return std::nullopt;
}

// Each frame on a plane of its own among `total`; the others are made.
std::optional<Refusal> SlicePlacer::put_on_planes(std::uint32_t total, const std::string& detail) {
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

std::optional<Refusal> SlicePlacer::resample() {
  const auto detail = "a gap of " + mm_words(spacing_.worst_gap) + " mm among gaps of " +
                      mm_words(spacing_.median_gap) + " mm";
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
bool SlicePlacer::resample_at(double step) {
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

void SlicePlacer::add_recipes(std::uint32_t total) {
  for (std::uint32_t k = 0, lower = 0; k < total; ++k) {
    while (lower + 1 < slices_ && places_[lower + 1].slice <= k) ++lower;
    add_recipe(lower, k);
  }
}

// Written slice k lies at or behind frame `lower` and before the next.
void SlicePlacer::add_recipe(std::uint32_t lower, std::uint32_t k) {
  SliceRecipe recipe{.lower = lower, .upper = lower, .upper_weight = 0, .shift = {}};
  const bool is_on_frame = lower + 1 == slices_ || places_[lower].slice == k;
  if (!is_on_frame) stack_.filled_slices.push_back(k);
  if (!is_on_frame && is_label(*first_.instance->shared)) {
    recipe.lower = recipe.upper = SliceRecipe::no_frame;
  } else if (!is_on_frame) {
    recipe.upper = lower + 1;
    recipe.upper_weight =
        (k - places_[lower].slice) / (places_[lower + 1].slice - places_[lower].slice);
  }
  stack_.recipes.push_back(recipe);
}

std::string SlicePlacer::missing_detail() const {
  return std::to_string(spacing_.missing) + " of " +
         std::to_string(std::uint64_t{slices_} + spacing_.missing) +
         " slices are missing: the largest gap is " + mm_words(spacing_.worst_gap) +
         " mm, the median " + mm_words(spacing_.median_gap) + " mm";
}

// Gaps that are even one by one can still run away from an even grid.
double SlicePlacer::drift_from_grid() const {
  double most = 0;
  for (std::uint32_t k = 0; k < slices_; ++k)
    most = std::max(most, std::abs(from_first(k) - k * length() / (slices_ - 1)));
  return most;
}

}  // namespace dcmflow
