#pragma once
// Objects that were cut into several files (PS3.3 C.7.6.16.2.2.4). Pure; no Problems.

#include <span>

#include "stages/dicom_types.h"

namespace dcmflow {

// Whether the series lacks a file of a concatenation that one of the frames is of: by how many
// there should be, or by the frames that lie before and between those that are there.
bool lacks_part(const Series& series, std::span<const Frame> frames);

}  // namespace dcmflow
