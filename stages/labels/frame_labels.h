#pragma once
// The frames of a segmentation as labels on a grid.

#include <vector>

#include "stages/geometry/tolerances.h"
#include "stages/labels/label_set.h"
#include "stages/labels/place_frame.h"
#include "stages/labels/read_segmentation.h"

namespace dcmflow {

// The frames of a segmentation, if they can be read and lie somewhere; else the Problem that its
// image would have (stages/sorting/usable_instances.h).
Result<std::vector<Frame>> segmentation_frames(const InstancePtr& instance,
                                               const Tolerances& tolerances);

// Where each frame lies on the grid; Problem{labels_off_grid} when one lies between its voxels,
// with both numbers. Pure.
Result<std::vector<VoxelsOfFrame>> place_frames(const std::vector<Frame>& frames, const Grid& grid,
                                                const Tolerances& tolerances);

// Sets kind, segments and painter of `labels`, whose grid is known. `places`: of each frame. Of a
// label map the pixels are read once, for which segments each frame has. Problems, with the name of
// the file: malformed: a frame or pixel is of no segment that the header has; ambiguous_positions:
// two frames of a segment at one place; those of read_frame(). In labels.problems: labels_outside,
// when frames lie outside of the grid.
Status label_frames(Segmentation&& segmentation, std::vector<Frame> frames,
                    std::vector<VoxelsOfFrame> places, LabelSet& labels);

}  // namespace dcmflow
