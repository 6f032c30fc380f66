#pragma once
// What keeps a readable header with pixels from becoming an image, found without reading the
// pixels. Thread-safe on distinct arguments.

#include <optional>

#include "stages/dicom/byte_source.h"
#include "stages/dicom/header_walk.h"
#include "stages/dicom_types.h"

namespace dcmflow {

// Some writers count further frames: 0 of them are one image where there are pixels for one. Not of
// objects that describe their frames, which nobody read then: multi-frame ones and doses.
void count_first_frame(const HeaderWalk& walk, Instance& instance);

// The first of: fragments under a native transfer syntax (transfer_syntax_unsupported), no size
// (image_size_invalid), bits that make no pixel (pixel_layout_unsupported), fewer native bytes than
// promised (pixel_data_short); subject left empty. nullopt for none, and without pixel data.
// `source` is what was walked; of it a few bytes behind the header are read, and only of fragments
// where none should be.
std::optional<Problem> find_defect(ByteSource& source, const Instance& instance);

}  // namespace dcmflow
