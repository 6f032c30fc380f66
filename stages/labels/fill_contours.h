#pragma once
// The voxels of a slice that contours enclose. Pure; no Problems.

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace dcmflow {

// Voxel coordinates (column, row) in a slice; the last point is joined to the first.
using Polygon = std::vector<std::array<double, 2>>;

// Of polygons that are the same, from whichever point and whichever way they are drawn, to a
// hundredth of a unit, keeps one: by the even-odd rule they would cancel each other. How many it
// took away; the others stay in their order.
std::size_t drop_repeats(std::vector<Polygon>& polygons);

// A voxel is inside when its centre is, by the even-odd rule over all edges of all polygons: so a
// contour within another is a hole, whichever way they turn, and a keyhole's two sides cancel. A
// centre on an edge belongs to what lies on the side of greater columns or rows, so structures that
// share an edge share no voxel. Coordinates are rounded to 2⁻²⁰ of a voxel first: centres that
// contours are drawn through are hit in spite of what the way from mm rounds.
// `cells`: columns × rows; becomes 1 inside, 0 outside. Returns whether a polygon leaves the slice,
// that is, comes beyond the outer edge of a voxel. REQUIRES: coordinates are finite and below 1e15.
bool fill_contours(std::span<const Polygon> polygons, std::uint32_t columns, std::uint32_t rows,
                   std::span<std::uint16_t> cells);

}  // namespace dcmflow
