#include "stages/sorting/held_positions.h"

#include <algorithm>
#include <cmath>

#include "stages/base/vector3.h"
#include "stages/geometry/spacing.h"

namespace dcmflow {
namespace {

// Slices that are tilted by more against each other do not lie at one position.
constexpr double parallel = 0.9998;  // 1.1°
// Of the gap: nearer to a slice than this it is the place of that slice.
constexpr double near_slice = 0.25;

// Frames of different ones do not replace each other.
std::string family_of(const Cluster& cluster) {
  const bool is_of_labels = is_label(*cluster.frames.front().instance->shared);
  return (is_of_labels ? "label " : "image ") + cluster.properties[segment_property];
}

Vector3 centre_of(const Frame& frame, const Cluster& cluster) {
  const auto& layout = frame.instance->shared->layout;
  return frame.position +
         cluster.orientation.row * (0.5 * (layout.columns - 1) * cluster.pixel_spacing[1]) +
         cluster.orientation.column * (0.5 * (layout.rows - 1) * cluster.pixel_spacing[0]);
}

// Whether a centre lies on the line through those of the slices of an image, by less than half of
// its smaller side.
bool is_in_line(const Vector3& at, const OrderedCluster& image) {
  const auto& first = image.cluster.frames.front();
  const auto& layout = first.instance->shared->layout;
  const auto& normal = image.cluster.orientation.normal;
  const auto offset = at - centre_of(first, image.cluster);
  return norm(offset - normal * dot(offset, normal)) <=
         0.5 * std::min(layout.columns * image.cluster.pixel_spacing[1],
                        layout.rows * image.cluster.pixel_spacing[0]);
}

// Whether all slices lie at some of the positions of another.
bool lies_within(const OrderedCluster& part, const OrderedCluster& whole,
                 const Tolerances& tolerances) {
  const double near = std::max(near_slice * measure_spacing(whole.positions, tolerances).median_gap,
                               tolerances.position_equal_mm);
  return std::ranges::all_of(part.cluster.frames, [&](const Frame& frame) {
    const auto at = centre_of(frame, part.cluster);
    const double position = dot(at, whole.cluster.orientation.normal);
    return is_in_line(at, whole) && std::ranges::any_of(whole.positions, [&](double p) {
             return std::abs(p - position) <= near;
           });
  });
}

// An image of fewer slices, which may be those that volumes of `whole` lack.
bool may_be_missing_of(const OrderedCluster& part, const OrderedCluster& whole,
                       const Tolerances& tolerances) {
  return part.cluster.is_placed && part.positions.size() < whole.positions.size() &&
         family_of(part.cluster) == family_of(whole.cluster) &&
         std::abs(dot(part.cluster.orientation.normal, whole.cluster.orientation.normal)) >=
             parallel &&
         lies_within(part, whole, tolerances);
}

}  // namespace

HeldPositions::HeldPositions(const std::vector<Cluster>& clusters) {
  for (const auto& cluster : clusters) {
    if (!cluster.is_placed) continue;
    Place place{cluster.orientation.normal, family_of(cluster), {}};
    place.frames.reserve(cluster.frames.size());
    for (const auto& frame : cluster.frames)
      place.frames.push_back({centre_of(frame, cluster), {frame.instance.get(), frame.number}});
    places_.push_back(std::move(place));
  }
}

std::set<HeldFrame> HeldPositions::in_gaps_of(const OrderedCluster& ordered,
                                              const Tolerances& tolerances) const {
  const auto& positions = ordered.positions;
  if (!ordered.cluster.is_placed || positions.size() < 2) return {};
  const auto spacing = measure_spacing(positions, tolerances);
  if (spacing.kind != SpacingKind::missing && spacing.kind != SpacingKind::irregular) return {};
  const auto& normal = ordered.cluster.orientation.normal;
  const auto family = family_of(ordered.cluster);
  const double near = near_slice * spacing.median_gap;
  const auto is_in_gap = [&](const Held& held) {
    const double position = dot(held.centre, normal);
    const auto behind = std::ranges::lower_bound(positions, position);
    return behind != positions.begin() && behind != positions.end() && *behind - position > near &&
           position - *(behind - 1) > near && is_in_line(held.centre, ordered);
  };
  std::set<HeldFrame> frames;
  for (const auto& place : places_) {
    if (std::abs(dot(place.normal, normal)) < parallel || place.family != family) continue;
    for (const auto& held : place.frames)
      if (is_in_gap(held)) frames.insert(held.frame);
  }
  return frames;
}

std::vector<bool> HeldPositions::tell_of_gaps(std::vector<OrderedCluster>& images,
                                              const Tolerances& tolerances) const {
  std::vector<bool> have_held_gaps;
  std::set<HeldFrame> held;
  for (const auto& image : images) {
    const auto in_gaps = in_gaps_of(image, tolerances);
    have_held_gaps.push_back(!in_gaps.empty());
    held.insert(in_gaps.begin(), in_gaps.end());
  }
  std::vector<const OrderedCluster*> incomplete;
  for (const auto& image : images)
    if (!image.missing.empty() && image.positions.size() > 1) incomplete.push_back(&image);
  for (std::size_t i = 0; i < images.size(); ++i) {
    const auto holds = [&](const Frame& f) { return held.contains({f.instance.get(), f.number}); };
    if (have_held_gaps[i] ||
        (!held.empty() && std::ranges::any_of(images[i].cluster.frames, holds)) ||
        std::ranges::any_of(incomplete, [&](const OrderedCluster* whole) {
          return may_be_missing_of(images[i], *whole, tolerances);
        }))
      images[i].flags.emplace_back("position_held_by_another");
  }
  return have_held_gaps;
}

}  // namespace dcmflow
