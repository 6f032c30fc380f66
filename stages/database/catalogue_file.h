#pragma once
// The file of a catalogue: where it is made until it has its name, how it gets there, and how it is
// removed with all that SQLite leaves beside it.

#include <string>

#include "stages/base/result.h"

namespace dcmflow {

// With its log, its shared memory and its journal, where they are there.
void remove_database(const std::string& path);

// An empty file, so that nobody else puts something under its name. Beside its place where there is
// no folder for temporary files that can be written.
std::string temporary_path(const std::string& path);

// Gives the file `from` the name `to`, in place of what is there. REQUIRES: it is closed. Problems:
// output_not_writable, disk_full.
Status move_database(const std::string& from, const std::string& to);

// The same with a copy of `from`, which may lie in another file system: `to` is the earlier one
// until the copy is whole. REQUIRES: no transaction is open.
Status copy_database(const std::string& from, const std::string& to);

}  // namespace dcmflow
