#pragma once
// What an object of `to-dicom` may replace.

#include <span>

#include "config/to_dicom_call.h"
#include "stages/base/result.h"
#include "stages/dicom_types.h"

namespace dcmflow {

// Nothing lies at call.to, or a regular file (of an image: a folder) that is none of those that the
// object is made of and none of the run's. `sources`: the DICOM files. Problem{bad_settings} else,
// {output_not_writable} where what lies there is no such file.
Status check_target(const ToDicomCall& call, std::span<const InstancePtr> sources);

}  // namespace dcmflow
