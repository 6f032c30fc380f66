#pragma once
// The ways in which a data set describes its frames; stages/dicom/multi_frame/describe_frames.cpp
// has them in a table.

#include "stages/dicom/multi_frame/describe_frames.h"

namespace dcmflow {

// Per-frame and shared functional groups.
Result<FrameValues> describe_by_groups(HeaderWalk& walk, const AttributeTable& table);
// RT Dose: Grid Frame Offset Vector, and Dose Grid Scaling as slope.
Result<FrameValues> describe_by_grid(HeaderWalk& walk, const AttributeTable& table);
// NM: Slice Vector, Detector Information Sequence, Spacing Between Slices.
Result<FrameValues> describe_by_slice_vector(HeaderWalk& walk, const AttributeTable& table);

}  // namespace dcmflow
