#pragma once
// Where the pixels of a frame lie among the voxels of a grid, where they coincide. Pure.

#include <array>
#include <cstdint>
#include <optional>

#include "stages/dicom_types.h"
#include "stages/geometry/tolerances.h"
#include "stages/geometry/voxel_space.h"

namespace dcmflow {

// Pixel (c, r) is voxel (first[0] + c · along_row[0] + r · down_column[0], the same with [1]) of
// the slice; any of them may lie outside of the grid. The steps are 1, 0 or −1: a frame may be
// mirrored, turned, cut out or larger.
struct VoxelsOfFrame {
  std::int64_t slice = 0;
  std::array<std::int64_t, 2> first{};
  std::array<int, 2> along_row{}, down_column{};

  // The pixels of a row are voxels of a row, in their order, from (0, 0) on.
  bool is_whole_slice() const {
    return first == std::array<std::int64_t, 2>{} && along_row == std::array{1, 0} &&
           down_column == std::array{0, 1};
  }
  bool operator==(const VoxelsOfFrame&) const = default;
};

// How far a frame may lie from the voxels that it stands for: that of the master check.
double most_distance_mm(const Grid& grid, const Tolerances& tolerances);

// nullopt when a corner of the frame is further than most_distance_mm() from the centre of a voxel,
// or its rows and columns do not run along those of the grid. `worst_mm` is raised to the distance
// of the worst corner. REQUIRES: the frame has position, orientation and pixel spacing.
std::optional<VoxelsOfFrame> place_frame(const Frame& frame, const Grid& grid,
                                         const Tolerances& tolerances, double& worst_mm);

}  // namespace dcmflow
