#pragma once
// Everything that fills Instance::frames from what a data set says of its frames.

#include <memory>
#include <vector>

#include "stages/dicom/header_walk.h"

namespace dcmflow {

// One element a frame; null when nothing is said of single frames (of the tiles of a mosaic it is
// said elsewhere).
using FrameValues = std::unique_ptr<const std::vector<AttributeValues>>;

// From functional groups (PS3.3 C.7.6.16), the vectors of nuclear medicine (C.8.4.8) or the grid of
// a dose (C.8.8.3). What is the same for all frames, and not said otherwise at the top level, moves
// to the attributes of `walk`. Problems, each with both numbers: malformed (other than one item or
// value a frame), no_geometry (nothing says where each frame lies), and those of reading the
// sequences; subject left empty. Thread-safe with a walk of one's own.
Result<FrameValues> describe_frames(HeaderWalk& walk, const AttributeTable& table);

}  // namespace dcmflow
