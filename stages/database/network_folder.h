#pragma once
// Whether files of a folder may lie on another machine, where SQLite's locks and shared memory
// cannot be trusted.

#include <string>

namespace dcmflow {

// By the type of the file system; also for those in user space, of which nothing is known.
// False where it cannot be asked.
bool is_on_network(const std::string& folder);

}  // namespace dcmflow
