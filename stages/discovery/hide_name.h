#pragma once
// --no-patient: a digest stands for the name of a file.

#include "stages/dicom_types.h"

namespace dcmflow {

// What discovery found, or told of, under the digest of its name; File::place() still says where it
// is. Pure; the Problem is the one that was given.
Result<FilePtr> with_hidden_name(Result<FilePtr> found);

}  // namespace dcmflow
