#include "stages/formats/compare_voxels.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <span>

#include "stages/formats/voxel_values.h"

namespace dcmflow {
namespace {

constexpr std::size_t voxels_at_once = std::size_t{1} << 18;

// Equal, also where both are no number; else how far they are apart.
double distance(double a, double b) {
  if (a == b || (std::isnan(a) && std::isnan(b))) return 0;
  const double apart = std::abs(a - b);
  return std::isnan(apart) ? std::numeric_limits<double>::infinity() : apart;
}

void compare(std::span<const double> a, std::span<const double> b, std::size_t samples,
             VoxelComparison& found) {
  for (std::size_t i = 0; i < a.size(); i += samples) {
    double largest = 0;
    for (std::size_t s = i; s < i + samples; ++s) largest = std::max(largest, distance(a[s], b[s]));
    if (largest > 0) ++found.different;
    found.largest = std::max(found.largest, largest);
  }
}

bool is_same_scale(const std::optional<Rescale>& a, const std::optional<Rescale>& b) {
  if (!a || !b) return !a && !b;
  return a->slope == b->slope && a->intercept == b->intercept;
}

}  // namespace

Result<VoxelComparison> compare_voxels(const HeldImage& a, const HeldImage& b) {
  const auto& image = a.header.image;
  const auto voxels = voxels_of(image);
  if (!voxels) return Problem{Reason::malformed, a.path, "its header promises too many voxels"};
  auto first = VoxelValues::open(a);
  if (!first) return first.problem();
  auto second = VoxelValues::open(b);
  if (!second) return second.problem();
  const bool is_alike =
      image.type == b.header.image.type && is_same_scale(image.scale, b.header.image.scale);
  VoxelComparison found{.voxels = *voxels};
  for (std::uint64_t left = *voxels; left > 0;) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(left, voxels_at_once));
    for (auto* values : {&*first, &*second})
      if (auto done = values->read(count); !done) return done.problem();
    if (!is_alike || !std::ranges::equal(first->bytes(), second->bytes()))
      compare(first->values(), second->values(), a.header.samples, found);
    left -= count;
  }
  return found;
}

}  // namespace dcmflow
