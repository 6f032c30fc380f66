#pragma once
// place_slices at work on one stack: along the normal (place_along_normal.cpp), then sideways
// (place_sideways.cpp), then what the corners say.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "stages/geometry/grid.h"
#include "stages/geometry/place_slices.h"
#include "stages/geometry/spacing.h"

namespace dcmflow {

// Four digits of a length in mm or an angle in degrees.
std::string mm_words(double value);

// Lengths in mm. Each step that places frames returns why it refuses them, or nothing. For one
// thread; the referenced objects outlive it.
class SlicePlacer {
 public:
  // REQUIRES: as place_slices().
  SlicePlacer(Stack& stack, const OrderedFrames& ordered, const Tolerances& tolerances,
              const ImageOptions& options);
  std::optional<Refusal> place();

 private:
  void follow_positions();
  std::optional<Refusal> judge();
  void repeat_recipes();
  void measure();

  std::optional<Refusal> place_along_normal();
  std::optional<Refusal> place_labels();
  std::optional<Refusal> fill_missing();
  std::optional<Refusal> put_on_planes(std::uint32_t total, const std::string& detail);
  std::optional<Refusal> resample();
  bool resample_at(double step);
  void add_recipes(std::uint32_t total);
  void add_recipe(std::uint32_t lower, std::uint32_t k);
  std::string missing_detail() const;
  double drift_from_grid() const;

  std::optional<Refusal> place_sideways();
  void rectify(const Vector3& drift);

  std::optional<Refusal> keep(std::string flag) {
    kept_ = true;
    stack_.flags.push_back(std::move(flag));
    return std::nullopt;
  }
  void set_slices(std::uint32_t slices, double step) {
    stack_.grid.size[2] = slices;
    stack_.grid.spacing[2] = step;
  }

  // Of the first volume: the others lie where it does.
  std::span<const Frame> frames() const { return ordered_.frames.first(slices_); }
  double error() const { return error_; }
  double normal_limit() const;
  double corner_limit() const;
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

}  // namespace dcmflow
