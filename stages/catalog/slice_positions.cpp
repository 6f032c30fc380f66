#include "stages/catalog/slice_positions.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "stages/geometry/spacing.h"

namespace dcmflow {
namespace {

using Orientation = std::array<double, 6>;

Vector3 normal_of(const Orientation& o) {
  return normalised(cross({o[0], o[1], o[2]}, {o[3], o[4], o[5]}));
}

// Steps of less than this are one place: more than rounding in a header, less than any gap.
constexpr double same_place_mm = 1e-3;

std::vector<double> odd(std::vector<double> places) {
  std::erase_if(places, [](double place) { return !std::isfinite(place); });
  std::ranges::sort(places);
  const auto is_same = [](double a, double b) { return b - a < same_place_mm; };
  places.erase(std::unique(places.begin(), places.end(), is_same), places.end());
  if (places.size() < 3) return {};
  if (measure_spacing(places, Tolerances{}).kind == SpacingKind::regular) return {};
  const double first = places.front();
  for (double& place : places) place = std::round((place - first) / same_place_mm) * same_place_mm;
  return places;
}

}  // namespace

std::vector<double> odd_positions(const Stack& stack) {
  if (!stack.grid.is_placed) return {};
  const Vector3 normal = normalised(cross(stack.grid.direction[0], stack.grid.direction[1]));
  const std::size_t frames = stack.frames.size() / std::max(stack.volumes, 1U);
  std::vector<double> places;
  for (std::size_t i = 0; i < frames; ++i) places.push_back(dot(stack.frames[i].position, normal));
  return odd(std::move(places));
}

std::vector<double> odd_positions(const Series& series) {
  std::optional<Orientation> first;
  std::vector<double> places;
  for (const auto& instance : series.instances) {
    const auto& orientation = instance->shared->image_orientation_patient;
    const auto position = instance->image_position_patient();
    if (!orientation || !position) continue;
    if (!first) first = *orientation;
    if (*orientation == *first) places.push_back(dot(*position, normal_of(*first)));
  }
  return odd(std::move(places));
}

}  // namespace dcmflow
