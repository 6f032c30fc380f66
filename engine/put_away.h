#pragma once
// Series of a run that are done: what lists say of them goes to the disk, the rest from memory.

#include "engine/run.h"

namespace dcmflow {

// The images of a run that are there, with their pictures.
void collect_images(const Run& run, Catalog& catalog);

// The series at work, which are accounted for, are done: after it there are none, and run.done has
// what is left of them. Tells of their faults, and writes those sidecars that no shard did. For one
// thread. Problems: output_not_writable, disk_full; of the part store.
Status put_away(Run& run);

}  // namespace dcmflow
