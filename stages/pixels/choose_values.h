#pragma once
// What the voxels of a stack stand for: colour, rescaled values, real world values, or what is
// stored.

#include "stages/base/image_options.h"
#include "stages/dicom_types.h"

namespace dcmflow {

// Settles `first_type`, `kept_stored` and the slope, intercept and table of every frame, and says
// in `flags` what is not as the plain rescale would have it. Call once, when the frames are
// complete.
//   colour             no rescale; colour_reduced_to_8_bits when samples are wider
//   options.real_world the mapping of each frame in place of its rescale: real_world_values; when
//                      one has none, all keep their rescale: real_world_missing
//   Modality LUT       in place of the rescale: modality_lut
//   options.invert_monochrome1  stored values are mirrored within Bits Stored first:
//                      monochrome1_inverted; slope and intercept say the whole
//   a rescale that is unusable (check_rescale.h), the same in all frames or of no interest
//                      (options.keep_stored): the stored values: rescale_unusable, verdict warn
//   options.keep_stored  when all frames have one slope and intercept and no table; else
//                      rescale_varies
// Problem{rescale_unclear} (subject left empty): the rescale is unusable in some of the frames.
// Reads files only for real world values. Pure otherwise; thread-safe for distinct stacks.
Status choose_values(Stack& stack, const ImageOptions& options);

}  // namespace dcmflow
