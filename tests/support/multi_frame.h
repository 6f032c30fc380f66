#pragma once
// The ramp phantom as one multi-frame object.

#include <vector>

#include "test-data/phantom.h"

namespace dcmflow {

struct MultiFrameCase {
  PhantomSeries series;
  // Frame i is slice order[i]; empty: as many frames as slices, in order.
  std::vector<unsigned> order;
  // Frame i has the rescale slope 1 + i · slope_step: its pixels are stored so that the ramp stays.
  double slope_step = 0;
};

// Enhanced CT: orientation and pixel measures in the shared functional groups, position and rescale
// in those of each frame. No geometry at the top level.
DicomBuilder enhanced_phantom(const MultiFrameCase& phantom);

// The same pixels and frames without functional groups or any geometry, for objects that say it in
// other ways.
DicomBuilder plain_multi_frame(const MultiFrameCase& phantom);

// "PerFrameFunctionalGroupsSequence[frame].<macro>Sequence"
std::string per_frame(unsigned frame, const std::string& macro);

// Position of a slice of the phantom, as DICOM text.
std::string slice_position(const PhantomSeries& series, unsigned slice);

}  // namespace dcmflow
