#pragma once
// A segmentation or structure set of the input → its segments on the grid of their image.

#include <cstdint>
#include <span>

#include "stages/geometry/tolerances.h"
#include "stages/labels/find_image.h"
#include "stages/labels/label_set.h"

namespace dcmflow {

// What labels are read against. Values outlive read_labels().
struct LabelScene {
  const FindImage& images;
  std::span<const SeriesPtr> series;  // of the whole run
  const Tolerances& tolerances;
};

// `series` is that of the instance. The grid is that of the best image of FindImage::find(); of a
// segmentation the first on whose voxels all its frames lie. Where no image is referenced, that of
// the referenced slices in the run (an image that was refused). A segmentation that lies on no
// voxels of its images keeps the grid of its own frames, in their Frame of Reference, and says so
// (labels_own_grid). `most_bytes`: as of read_structure_set(). Problems, with the name of the file:
// labels_without_image; labels_off_grid: it lies on no image, and its frames make no grid; those of
// read_segmentation(), label_frames(), read_structure_set() and label_contours(). Thread-safe.
Result<LabelSet> read_labels(const SeriesPtr& series, const InstancePtr& instance,
                             const LabelScene& scene, std::uint64_t most_bytes);

}  // namespace dcmflow
