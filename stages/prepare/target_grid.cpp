#include "stages/prepare/target_grid.h"

#include <algorithm>
#include <cmath>

namespace dcmflow {
namespace {

constexpr double most_voxels_along = 1'000'000;

// The two ends of each patient axis, that of growing coordinates (LPS) first.
constexpr std::array<std::string_view, 3> ends{"LR", "PA", "SI"};

// Which patient axis a letter belongs to, and whether coordinates grow towards it.
struct End {
  std::size_t axis = 0;
  bool grows = true;
};

std::optional<End> end_of(char letter) {
  for (std::size_t axis = 0; axis < ends.size(); ++axis)
    if (const auto at = ends[axis].find(letter); at != std::string_view::npos)
      return End{axis, at == 0};
  return std::nullopt;
}

// For each patient axis the grid's that is nearest to it: of all six ways that of the greatest sum
// of cosines. Of two that are as good (45°) the one that turns less.
std::array<std::size_t, 3> nearest_axes(const Grid& grid) {
  constexpr double clearly = 1e-6;
  std::array<std::size_t, 3> order{0, 1, 2}, best = order;
  double greatest = -1;
  do {
    double sum = 0;
    for (std::size_t axis = 0; axis < 3; ++axis) sum += std::abs(grid.direction[order[axis]][axis]);
    if (sum > greatest + clearly) {
      greatest = sum;
      best = order;
    }
  } while (std::ranges::next_permutation(order).found);
  return best;
}

Grid respaced(const Grid& grid, const Vector3& spacing) {
  // Less than rounding makes of a half.
  constexpr double nothing = 1e-6;
  Grid changed = grid;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (spacing[axis] == 0) continue;
    const double extent = grid.size[axis] * grid.spacing[axis];
    const double count = std::ceil(extent / spacing[axis] - 0.5 - nothing);
    changed.size[axis] = static_cast<std::uint32_t>(std::clamp(count, 1.0, most_voxels_along + 1));
    changed.spacing[axis] = spacing[axis];
    changed.origin =
        changed.origin + grid.direction[axis] * (0.5 * (spacing[axis] - grid.spacing[axis]));
  }
  return changed;
}

// So many voxels along each axis, around the middle, where `changes` says so.
template <class Changes>
Grid resized(const Grid& grid, const VoxelCounts& counts, Changes changes) {
  Grid changed = grid;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const std::int64_t had = grid.size[axis], wanted = counts[axis];
    if (wanted == 0 || !changes(had, wanted)) continue;
    const std::int64_t first = had > wanted ? (had - wanted) / 2 : -((wanted - had) / 2);
    changed.size[axis] = counts[axis];
    changed.origin =
        changed.origin + grid.direction[axis] * (static_cast<double>(first) * grid.spacing[axis]);
  }
  return changed;
}

Status check_size(const Grid& grid) {
  for (const auto count : grid.size)
    if (count > most_voxels_along)
      return Problem{Reason::not_prepared,
                     {},
                     "it would have more than 1000000 voxels along an axis: found a spacing of " +
                         std::to_string(grid.spacing[0]) + ", " + std::to_string(grid.spacing[1]) +
                         " and " + std::to_string(grid.spacing[2]) + " mm"};
  return Done{};
}

}  // namespace

bool is_orientation(std::string_view text) {
  std::array<bool, 3> seen{};
  for (const char letter : text)
    if (const auto end = end_of(letter))
      seen[end->axis] = true;
    else
      return false;
  return text.size() == 3 && seen == std::array{true, true, true};
}

std::string orientation_of(const Grid& grid) {
  std::string text(3, ' ');
  const auto axes = nearest_axes(grid);
  for (std::size_t axis = 0; axis < 3; ++axis)
    text[axes[axis]] = ends[axis][grid.direction[axes[axis]][axis] < 0 ? 1 : 0];
  return text;
}

Grid reoriented(const Grid& grid, std::string_view orientation) {
  Grid changed = grid;
  const auto axes = nearest_axes(grid);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const auto end = *end_of(orientation[axis]);
    const auto from = axes[end.axis];
    const bool grows = grid.direction[from][end.axis] >= 0;
    changed.size[axis] = grid.size[from];
    changed.spacing[axis] = grid.spacing[from];
    changed.direction[axis] = grid.direction[from];
    if (grows == end.grows) continue;
    changed.direction[axis] = grid.direction[from] * -1;
    changed.origin =
        changed.origin + grid.direction[from] * ((grid.size[from] - 1) * grid.spacing[from]);
  }
  return changed;
}

Result<Grid> change_grid(const Grid& grid, const GridChanges& changes) {
  Grid changed = grid;
  if (!changes.orient.empty()) changed = reoriented(changed, changes.orient);
  if (changes.spacing) changed = respaced(changed, *changes.spacing);
  if (const auto fits = check_size(changed); !fits) return fits.problem();
  if (changes.crop)
    changed = resized(changed, *changes.crop, [](auto had, auto wanted) { return wanted < had; });
  if (changes.pad)
    changed = resized(changed, *changes.pad, [](auto had, auto wanted) { return wanted > had; });
  if (const auto fits = check_size(changed); !fits) return fits.problem();
  return changed;
}

Vector3 IndexMap::operator()(const Vector3& voxel) const {
  Vector3 index{};
  for (std::size_t row = 0; row < 3; ++row)
    index[row] = at[row][0] * voxel[0] + at[row][1] * voxel[1] + at[row][2] * voxel[2] + at[row][3];
  return index;
}

IndexMap index_map(const Grid& from, const Grid& to) {
  IndexMap map;
  for (std::size_t row = 0; row < 3; ++row) {
    const Vector3 along = to.direction[row] * (1 / to.spacing[row]);
    for (std::size_t column = 0; column < 3; ++column)
      map.at[row][column] = dot(along, from.direction[column]) * from.spacing[column];
    map.at[row][3] = dot(along, from.origin - to.origin);
  }
  return map;
}

bool is_orthogonal(const Grid& grid) {
  constexpr double nearly = 1e-4;
  const auto& axes = grid.direction;
  for (std::size_t a = 0; a < 3; ++a)
    for (std::size_t b = a; b < 3; ++b)
      if (!(std::abs(dot(axes[a], axes[b]) - (a == b ? 1 : 0)) <= nearly)) return false;
  return true;
}

bool is_same_grid(const Grid& a, const Grid& b, double part) {
  if (a.size != b.size) return false;
  const auto map = index_map(a, b);
  for (std::size_t corner = 0; corner < 8; ++corner) {
    Vector3 voxel{};
    for (std::size_t axis = 0; axis < 3; ++axis)
      voxel[axis] = (corner >> axis & 1) != 0 ? a.size[axis] - 1.0 : 0;
    if (norm(map(voxel) - voxel) > part) return false;
  }
  return true;
}

}  // namespace dcmflow
