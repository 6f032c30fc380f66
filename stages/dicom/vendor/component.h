#pragma once
// What a vendor's private attributes say of the image component. No Problems.

#include <string_view>

#include "stages/dicom_types.h"

namespace dcmflow {

// "magnitude", "phase", "real" or "imaginary" (PS3.3 C.8.13.3.1.1); empty when nothing says it.
// Pure; thread-safe.
std::string_view vendor_component(const Frame& frame);

}  // namespace dcmflow
