#pragma once
// Slabs, as they pass → the overview of their image. No Problems.

#include <array>
#include <cstdint>
#include <vector>

#include "stages/dicom_types.h"
#include "stages/geometry/view_planes.h"
#include "stages/pixels/overview.h"

namespace dcmflow {

// Looks at a few voxels of each slab: the plane in the middle of the slices, the row and column of
// the other two planes, and some for the histogram; the planes are those of the first volume. At
// most 0.6 MB for 192 pixels a side, whatever the image. What it gives does not depend on the order
// of the slabs. add() is thread-safe for distinct slabs; throws std::bad_alloc.
class TakeOverview {
 public:
  // `side`: pixels of a picture at the most, a side; not 0.
  TakeOverview(StackPtr stack, std::uint32_t side);

  // Once more, and of another voxel type, replaces what was seen of it. One without voxels is
  // ignored.
  void add(const Slab& slab);
  // REQUIRES: the last pass of slabs had all of them, with one voxel type.
  Overview finish();

 private:
  struct Plane {
    ViewPlane view;
    std::array<std::uint32_t, 2> pixels{};  // to the right, downwards
    // Of each column and row: where in a slice the voxels that it shows lie, in samples; of that of
    // the slices 0. Their sum, and `middle`, is the place of a pixel's voxel.
    std::array<std::vector<std::size_t>, 2> offsets;
    std::size_t middle = 0;
    std::vector<float> values;  // as they are shown, samples interleaved
  };
  std::vector<std::size_t> offsets_of(const ViewPlane& view, std::size_t i) const;
  // `Sample`: the type of a voxel; of colour that of one sample.
  template <class Sample>
  void add_slices(const Slab& slab);
  template <class Sample>
  void show_slice(Plane& plane, std::uint32_t slice, const Sample* voxels);
  template <class Sample>
  void sample_slice(std::uint32_t slice, const Sample* voxels);
  Picture picture_of(const Plane& plane, const std::array<double, 2>& window) const;

  const StackPtr stack_;
  const std::uint32_t samples_per_voxel_;
  std::array<std::size_t, 3> strides_;                // by axis, within a slice, in samples
  std::array<std::vector<std::uint32_t>, 3> voxels_;  // by axis: the voxel of each pixel
  std::vector<Plane> planes_;
  std::vector<std::uint32_t> pixel_of_slice_;  // by slice; none: it is not shown
  std::uint64_t samples_per_slice_ = 0;
  std::uint32_t slice_step_ = 1;  // every so many slices is sampled
  std::vector<float> samples_;    // by slice
};

}  // namespace dcmflow
