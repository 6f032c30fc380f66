#include "stages/to_dicom/match_grid.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "stages/base/vector3.h"
#include "stages/geometry/voxel_space.h"

namespace dcmflow {
namespace {

Vector3 step(const Grid& grid, std::size_t axis) {
  return grid.direction[axis] * grid.spacing[axis];
}

Vector3 place(const Grid& grid, const Vector3& index) {
  return grid.origin + step(grid, 0) * index[0] + step(grid, 1) * index[1] +
         step(grid, 2) * index[2];
}

Vector3 mapped(const LatticeMap& map, const Vector3& index) {
  return map.offset + map.steps[0] * index[0] + map.steps[1] * index[1] + map.steps[2] * index[2];
}

// The axis of the labels that each axis of the image runs along; as they stand where two would run
// along one.
std::array<std::size_t, 3> pair_axes(const Grid& image, const Grid& labels) {
  std::array<std::size_t, 3> pairs{};
  std::array<bool, 3> taken{};
  for (std::size_t a = 0; a < 3; ++a) {
    for (std::size_t b = 1; b < 3; ++b)
      if (std::abs(dot(image.direction[a], labels.direction[b])) >
          std::abs(dot(image.direction[a], labels.direction[pairs[a]])))
        pairs[a] = b;
    if (taken[pairs[a]]) return {0, 1, 2};
    taken[pairs[a]] = true;
  }
  return pairs;
}

double largest_distance(const Grid& image, const Grid& labels, const LatticeMap& map) {
  double largest = 0;
  for (unsigned corner = 0; corner < 8; ++corner) {
    Vector3 index{};
    for (std::size_t axis = 0; axis < 3; ++axis)
      index[axis] = (corner >> axis & 1) != 0 ? image.size[axis] - 1.0 : 0.0;
    const double distance = norm(place(image, index) - place(labels, mapped(map, index)));
    if (!std::isfinite(distance)) return std::numeric_limits<double>::infinity();
    largest = std::max(largest, distance);
  }
  return largest;
}

}  // namespace

GridMatch match_grid(const Grid& image, const Grid& labels) {
  const auto pairs = pair_axes(image, labels);
  LatticeMap map;
  GridMatch match{.has_size = true};
  for (std::size_t a = 0; a < 3; ++a) {
    const auto b = pairs[a];
    const bool is_turned = dot(image.direction[a], labels.direction[b]) < 0;
    map.steps[a][b] = is_turned ? -1 : 1;
    map.offset[b] = is_turned ? labels.size[b] - 1.0 : 0.0;
    match.has_size = match.has_size && image.size[a] == labels.size[b];
  }
  if (!match.has_size) return match;
  match.distance_mm = largest_distance(image, labels, map);
  if (match.distance_mm <= lattice_tolerance * std::ranges::min(image.spacing)) match.map = map;
  return match;
}

std::optional<LatticeMap> map_lattice(const Grid& image, const Grid& labels) {
  const VoxelSpace space(labels);
  LatticeMap map{.offset = space.place(image.origin)};
  bool is_finite = std::isfinite(norm(map.offset));
  for (std::size_t axis = 0; axis < 3; ++axis) {
    map.steps[axis] = space.way(step(image, axis));
    is_finite = is_finite && std::isfinite(norm(map.steps[axis]));
  }
  return is_finite ? std::optional(map) : std::nullopt;
}

}  // namespace dcmflow
