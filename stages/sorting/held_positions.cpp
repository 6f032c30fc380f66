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

}  // namespace

PropertyValues HeldPositions::family_of(const PropertyValues& properties) {
  PropertyValues family;
  for (const auto kept : {class_property, segment_property}) family[kept] = properties[kept];
  return family;
}

Vector3 HeldPositions::centre_of(const Frame& frame, const Cluster& cluster) {
  const auto& layout = frame.instance->shared->layout;
  return frame.position +
         cluster.orientation.row * (0.5 * (layout.columns - 1) * cluster.pixel_spacing[1]) +
         cluster.orientation.column * (0.5 * (layout.rows - 1) * cluster.pixel_spacing[0]);
}

HeldPositions::HeldPositions(const std::vector<Cluster>& clusters) {
  if (clusters.size() < 2) return;
  for (std::size_t i = 0; i < clusters.size(); ++i) {
    const auto& cluster = clusters[i];
    if (!cluster.is_placed) continue;
    for (const auto& frame : cluster.frames)
      frames_.push_back({centre_of(frame, cluster), cluster.orientation.normal,
                         family_of(cluster.properties), i});
  }
}

std::set<std::size_t> HeldPositions::in_gaps_of(const OrderedCluster& ordered,
                                                const Tolerances& tolerances) const {
  const auto& positions = ordered.positions;
  if (frames_.empty() || !ordered.cluster.is_placed || positions.size() < 2) return {};
  const auto spacing = measure_spacing(positions, tolerances);
  if (spacing.kind != SpacingKind::missing && spacing.kind != SpacingKind::irregular) return {};
  const auto& first = ordered.cluster.frames.front();
  const auto& layout = first.instance->shared->layout;
  const auto& normal = ordered.cluster.orientation.normal;
  const auto centre = centre_of(first, ordered.cluster);
  const double reach = 0.5 * std::min(layout.columns * ordered.cluster.pixel_spacing[1],
                                      layout.rows * ordered.cluster.pixel_spacing[0]);
  const double near = near_slice * spacing.median_gap;
  const auto family = family_of(ordered.cluster.properties);
  std::set<std::size_t> clusters;
  for (const auto& held : frames_) {
    if (std::abs(dot(held.normal, normal)) < parallel || held.family != family) continue;
    const double position = dot(held.centre, normal);
    const auto offset = held.centre - centre;
    if (norm(offset - normal * dot(offset, normal)) > reach) continue;
    const auto behind = std::ranges::lower_bound(positions, position);
    if (behind != positions.begin() && behind != positions.end() && *behind - position > near &&
        position - *(behind - 1) > near)
      clusters.insert(held.cluster);
  }
  return clusters;
}

}  // namespace dcmflow
