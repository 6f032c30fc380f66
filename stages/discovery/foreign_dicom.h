#pragma once
// DICOM files in the output folder that no run of dcmflow wrote: a run into a folder inside its
// input does not read them.

#include <string>

namespace dcmflow {

// Whether a regular file below the folder, not hidden, that its journal does not have, begins as a
// DICOM file with a preamble does. Looks at files of others alone, no further than the first that
// does; follows no link. What cannot be read is none. Thread-safe.
bool holds_foreign_dicom(const std::string& output);

}  // namespace dcmflow
