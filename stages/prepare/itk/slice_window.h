#pragma once
// Some slices of a volume in memory, which go forward through its file.

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>

#include "stages/dicom_types.h"
#include "stages/formats/voxel_stream.h"

namespace dcmflow {

// Problems: those of VoxelStream. For one thread.
template <class Pixel>
class SliceWindow {
 public:
  // Before the first volume. `capacity`: slices that it holds at the most.
  SliceWindow(VoxelStream stream, const Grid& grid, std::uint32_t capacity)
      : stream_(std::move(stream)),
        slice_voxels_(std::size_t{grid.size[0]} * grid.size[1]),
        all_slices_(grid.size[2]),
        voxels_(std::make_unique_for_overwrite<Pixel[]>(slice_voxels_ * capacity)) {}

  // To the beginning of the next volume. REQUIRES: skip_rest() of the one before.
  void begin_volume() { held_ = {}; }

  // All of these are held then, and perhaps some behind them. REQUIRES: no move goes back, and they
  // are no more than it holds.
  Status move_to(const SlabRange& needed) {
    while (held_.first_slice < needed.first_slice) {
      const auto left = std::min(held_.slices, needed.first_slice - held_.first_slice);
      if (left == 0) {
        if (auto read = read_slices(voxels_.get(), 1); !read) return read;
        ++held_.first_slice;
        continue;
      }
      std::memmove(voxels_.get(), voxels_.get() + left * slice_voxels_,
                   (held_.slices - left) * slice_voxels_ * sizeof(Pixel));
      held_ = {held_.first_slice + left, held_.slices - left};
    }
    if (held_.slices >= needed.slices) return Done{};
    auto read =
        read_slices(voxels_.get() + held_.slices * slice_voxels_, needed.slices - held_.slices);
    held_.slices = needed.slices;
    return read;
  }

  // What is left of the volume.
  Status skip_rest() {
    for (auto slice = held_.first_slice + held_.slices; slice < all_slices_; ++slice)
      if (auto read = read_slices(voxels_.get(), 1); !read) return read;
    return Done{};
  }

  const SlabRange& held() const { return held_; }
  std::span<Pixel> voxels() { return {voxels_.get(), held_.slices * slice_voxels_}; }

 private:
  Status read_slices(Pixel* to, std::size_t slices) {
    return stream_.read(
        {reinterpret_cast<std::uint8_t*>(to), slices * slice_voxels_ * sizeof(Pixel)});
  }

  VoxelStream stream_;
  const std::size_t slice_voxels_;
  const std::uint32_t all_slices_;
  const std::unique_ptr<Pixel[]> voxels_;
  SlabRange held_;
};

}  // namespace dcmflow
