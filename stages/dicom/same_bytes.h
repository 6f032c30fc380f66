#pragma once
// Whether two files of the input are copies. Thread-safe.

#include "stages/dicom_types.h"

namespace dcmflow {

// False too where one cannot be read, or was written to since it was found.
bool same_bytes(const FilePtr& a, const FilePtr& b);

}  // namespace dcmflow
