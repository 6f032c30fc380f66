#include "stages/labels/oblique_planes.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "stages/labels/place_frame.h"

namespace dcmflow {
namespace {

using Point = std::array<double, 2>;
using Contours = std::span<const std::vector<Vector3>>;

// Twice the area of the contour, along its normal.
Vector3 area_of(const std::vector<Vector3>& contour) {
  Vector3 area{};
  for (std::size_t n = 2; n < contour.size(); ++n)
    area = area + cross(contour[n - 1] - contour[0], contour[n] - contour[0]);
  return area;
}

// Of the contour that knows it best.
Vector3 normal_of(Contours contours) {
  Vector3 largest{};
  for (const auto& contour : contours)
    if (const auto area = area_of(contour); norm(area) > norm(largest)) largest = area;
  return norm(largest) > 0 ? normalised(largest) : Vector3{0, 0, 1};
}

// Where a contour lies along the normal.
Result<double> place_of(const std::vector<Vector3>& contour, const Vector3& normal,
                        double most_mm) {
  double least = dot(normal, contour.front()), greatest = least;
  for (const auto& point : contour) {
    least = std::min(least, dot(normal, point));
    greatest = std::max(greatest, dot(normal, point));
  }
  if (greatest - least <= most_mm) return (least + greatest) / 2;
  return Problem{Reason::contours_oblique,
                 {},
                 "its contours lie in no parallel planes: one reaches over " +
                     std::to_string(greatest - least) + " mm across them, at most " +
                     std::to_string(most_mm) + " mm are in one plane"};
}

// The box of the points, and half a step around them.
void find_box(Contours contours, const Vector3& normal, double half_mm, const Grid& grid,
              ObliquePlanes& found) {
  const VoxelSpace space(grid);
  const auto reach = space.way(normal * half_mm);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    double least = grid.size[axis], greatest = -1;
    for (const auto& contour : contours)
      for (const auto& point : contour) {
        const double place = space.place(point)[axis];
        least = std::min(least, place);
        greatest = std::max(greatest, place);
      }
    found.leaves |= least < -0.5 || greatest > grid.size[axis] - 0.5;
    const auto voxel = [&](double place) {
      return static_cast<std::uint32_t>(
          std::clamp(place, 0.0, static_cast<double>(grid.size[axis])));
    };
    const double around = std::abs(reach[axis]) + 1;
    found.box[axis] = {voxel(std::floor(least - around)), voxel(std::ceil(greatest + around) + 1)};
  }
}

// Voxels of a row from `begin` to `end` that show one plane: the line of their centres, whose voxel
// i lies at start + i · way.
struct RowPiece {
  Point start, way;
  std::uint32_t begin, end;
};

double side_of(const RowPiece& piece, const Point& point) {
  return piece.way[0] * (point[1] - piece.start[1]) - piece.way[1] * (point[0] - piece.start[0]);
}

// At which voxels the line changes sides; edges are walked from their lesser end.
void cross_edge(Point from, Point to, const RowPiece& piece, std::span<std::uint16_t> row) {
  if (from > to) std::swap(from, to);
  const double side_from = side_of(piece, from), side_to = side_of(piece, to);
  if ((side_from >= 0) == (side_to >= 0)) return;
  const double part = side_from / (side_from - side_to);
  const Point at{from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part};
  const double length = piece.way[0] * piece.way[0] + piece.way[1] * piece.way[1];
  constexpr double steps = 1 << 20;
  const double i =
      ((at[0] - piece.start[0]) * piece.way[0] + (at[1] - piece.start[1]) * piece.way[1]) / length;
  const double first = std::ceil(std::round(i * steps) / steps);
  if (first < piece.end) row[static_cast<std::size_t>(std::max<double>(first, piece.begin))] ^= 1U;
}

void fill_piece(const std::vector<Polygon>& polygons, RowPiece piece,
                std::span<std::uint16_t> row) {
  // A row that runs along the normal has one point in the plane: any line through it will do.
  constexpr double no_way = 1e-9;
  const bool is_point = std::hypot(piece.way[0], piece.way[1]) < no_way;
  const auto end = piece.end;
  if (is_point) {
    piece.start = {piece.start[0] - piece.begin, piece.start[1]};
    piece.way = {1, 0};
    piece.end = piece.begin + 1;
  }
  for (const auto& polygon : polygons) {
    auto last = polygon.back();
    for (const auto& point : polygon) {
      cross_edge(last, point, piece, row);
      last = point;
    }
  }
  std::uint16_t inside = 0;
  for (auto i = piece.begin; i < piece.end; ++i) row[i] = inside ^= row[i];
  for (auto i = piece.end; i < end; ++i) row[i] = inside;
}

}  // namespace

Result<ObliquePlanes> find_oblique_planes(Contours contours, const Grid& grid,
                                          const Tolerances& tolerances) {
  const auto normal = normal_of(contours);
  const auto &row = grid.direction[0], &column = grid.direction[1];
  constexpr double nearly_along = 0.9;
  const auto& near = std::abs(dot(row, normal)) < nearly_along ? row : column;
  const auto u = normalised(near - normal * dot(near, normal));
  const auto v = cross(normal, u);
  double unit = 0;
  for (std::size_t axis = 0; axis < 3; ++axis)
    unit = std::max(unit, std::abs(dot(normal, grid.direction[axis])) * grid.spacing[axis]);
  const auto seen = [&](const Vector3& mm) {
    return Vector3{dot(u, mm), dot(v, mm), dot(normal, mm) / unit};
  };
  const double most_mm = most_distance_mm(grid, tolerances);
  std::vector<std::pair<double, const std::vector<Vector3>*>> placed;
  for (const auto& contour : contours) {
    const auto place = place_of(contour, normal, most_mm);
    if (!place) return place.problem();
    placed.emplace_back(*place / unit, &contour);
  }
  std::ranges::stable_sort(placed, {}, [](const auto& one) { return one.first; });
  ObliquePlanes found;
  found.first = seen(grid.origin);
  for (std::size_t axis = 0; axis < 3; ++axis)
    found.ways[axis] = seen(grid.direction[axis] * grid.spacing[axis]);
  for (const auto& [place, contour] : placed) {
    if (found.places.empty() ||
        place - found.places.back() > std::min(most_mm, one_plane_mm) / unit) {
      found.places.push_back(place);
      found.planes.emplace_back();
    }
    auto& polygon = found.planes.back().emplace_back();
    for (const auto& point : *contour) polygon.push_back({dot(u, point), dot(v, point)});
  }
  for (auto& plane : found.planes) found.repeated_contours += drop_repeats(plane);
  found.step = plane_step(found.places, most_mm / unit);
  find_box(contours, normal, found.step.own * unit / 2, grid, found);
  return found;
}

void fill_oblique(const ObliquePlanes& oblique, std::uint32_t columns, std::uint32_t slice,
                  std::span<std::uint16_t> cells) {
  std::ranges::fill(cells, std::uint16_t{0});
  const auto& along_row = oblique.ways[0];
  const auto first = oblique.box[0][0], past = oblique.box[0][1];
  for (auto j = oblique.box[1][0]; j < oblique.box[1][1]; ++j) {
    const auto row = cells.subspan(std::size_t{j} * columns, columns);
    const auto start = oblique.first + oblique.ways[1] * j + oblique.ways[2] * slice;
    const auto plane_at = [&](std::uint32_t i) {
      return nearest_plane(oblique.places, oblique.step, start[2] + along_row[2] * i);
    };
    for (auto i = first; i < past;) {
      const auto plane = plane_at(i);
      auto end = i + 1;
      while (end < past && plane_at(end) == plane) ++end;
      if (plane >= 0)
        fill_piece(oblique.planes[static_cast<std::size_t>(plane)],
                   {{start[0], start[1]}, {along_row[0], along_row[1]}, i, end}, row);
      i = end;
    }
  }
}

}  // namespace dcmflow
