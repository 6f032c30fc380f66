#pragma once
// The grid of labels against that of an image: which voxel of one is which of the other. Lengths in
// mm, patient coordinates (LPS). Pure; no Problems.

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "stages/dicom_types.h"

namespace dcmflow {

// Index of the labels = offset + i·steps[0] + j·steps[1] + k·steps[2], of a voxel (i, j, k) of the
// image. Between two grids of one lattice all of it is whole numbers.
struct LatticeMap {
  std::array<Vector3, 3> steps{};
  Vector3 offset{};
};

struct GridMatch {
  bool has_size = false;   // the axes of one have the lengths of the other's, in some order
  double distance_mm = 0;  // the largest between two corners that are one; REQUIRES: has_size
  std::optional<LatticeMap> map;  // it is the same lattice: axes are swapped and turned at most
};

// Corners of one lattice may lie so much of the least spacing apart: a header of single precision
// rounds.
inline constexpr double lattice_tolerance = 0.02;

GridMatch match_grid(const Grid& image, const Grid& labels);

// Where the voxels of any grid lie among those of another. nullopt: the axes of the labels span no
// space, or a number is not finite.
std::optional<LatticeMap> map_lattice(const Grid& image, const Grid& labels);

// The values of the image's voxels, each that of the nearest voxel of the labels, the upper one of
// two that are as near; `outside` where there is none. REQUIRES: as many voxels as labels.size
// says.
template <class Value>
std::vector<Value> sample_nearest(std::span<const Value> voxels, const Grid& labels,
                                  const Grid& image, const LatticeMap& map, Value outside) {
  // What float32 headers round at a voxel's border is less.
  constexpr double half = 0.5 + 1e-4;
  std::vector<Value> values;
  values.reserve(std::size_t{image.size[0]} * image.size[1] * image.size[2]);
  for (std::uint32_t k = 0; k < image.size[2]; ++k)
    for (std::uint32_t j = 0; j < image.size[1]; ++j) {
      const Vector3 row = map.offset + map.steps[1] * j + map.steps[2] * k;
      for (std::uint32_t i = 0; i < image.size[0]; ++i) {
        std::size_t at = 0;
        bool is_inside = true;
        for (std::size_t axis = 3; axis-- > 0;) {
          const double index = std::floor(row[axis] + map.steps[0][axis] * i + half);
          is_inside = is_inside && index >= 0 && index < labels.size[axis];
          if (is_inside) at = at * labels.size[axis] + static_cast<std::size_t>(index);
        }
        values.push_back(is_inside ? voxels[at] : outside);
      }
    }
  return values;
}

}  // namespace dcmflow
