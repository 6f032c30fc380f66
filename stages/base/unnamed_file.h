#pragma once
// A file without a name: whatever ends the process leaves nothing of it.

#include <string>
#include <string_view>

#include "stages/base/descriptor.h"

namespace dcmflow {

// A new empty file on the disk of `folder`, to write and to read; nobody but the user may (0600).
// `what` is in the name that it has until it loses it (NUMBERS.what.part): a kill in between leaves
// an empty file, which the next run removes where the folder is the private one of an output.
// Thread-safe. Not open: errno says why.
Descriptor open_unnamed_file(const std::string& folder, std::string_view what);

}  // namespace dcmflow
