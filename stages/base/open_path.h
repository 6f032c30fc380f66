#pragma once
// Opens what lies at a path of any length. Errors are numbers of errno, no Problems. Thread-safe.

#include <sys/stat.h>

#include <string>

#include "stages/base/descriptor.h"

namespace dcmflow {

// Opens a file or folder for reading, however long its path (beyond PATH_MAX it goes down folder by
// folder), with O_CLOEXEC. Empty: errno says why. Thread-safe.
Descriptor open_path(const std::string& path, int flags);

// Whether it is worth trying again after `error`, which said that there is no descriptor left:
// other threads and processes give theirs back. Sleeps, longer with each attempt; false after two
// seconds.
bool wait_for_descriptor(int error, int attempt);

// openat(2), likewise, of a path that one call takes.
Descriptor open_at(int folder, const std::string& path, int flags);

// stat(2) for a path of any length, following symbolic links. Returns the error number, or 0.
// Thread-safe.
int stat_path(const std::string& path, struct stat& found);

}  // namespace dcmflow
