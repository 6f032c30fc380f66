#pragma once
// How much space the JSON files of a run take, and its catalogue, before they are written. No
// Problems.

#include <memory>

#include "engine/output_claim.h"
#include "engine/run.h"

namespace dcmflow {

// Bytes, at the most. For one thread, like what follows.
JsonSpace json_space(const Run& run);

// What is to be booked of it. A merge's lists wait on the same disk, beside its catalogue, until
// they are written: it books no more than leaves them room.
JsonSpace space_to_book(const Run& run, const JsonSpace& space);

// For what is rendered while images are made: as much memory as a small run needs, then the disk
// where it has room for everything that this run writes.
std::unique_ptr<PartStore> make_part_store(const Run& run, const JsonSpace& space);

// Whether the disk has room for all images, whatever their voxels turn out to be, and for the
// catalogue. Else it waits until they are there: no image is to fail for it.
bool has_room_for_catalogue(const Run& run);

}  // namespace dcmflow
