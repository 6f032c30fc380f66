#pragma once
// Opens a file of the input.

#include "stages/dicom_types.h"

namespace dcmflow {

// open_path() of a file for reading. The folder of the last file stays open for this thread, so
// that its neighbours are found in it without walking the whole path again.
int open_file(const File& file);

}  // namespace dcmflow
