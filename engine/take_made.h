#pragma once
// An image that a shard made, in place of making it: see engine/shards.h.

#include <string>
#include <vector>

#include "stages/database/side_file.h"

namespace dcmflow {

struct Run;
class VolumeJob;

// Where run.made is: the image's files get their names in the output folder, by hard links where
// the file system has them, and the image has its result. What no shard tried is an internal_error.
// Where run.untried is, nothing is linked, and what no shard tried is told there. False: it is to
// be made. REQUIRES: the earlier results are replaced. For one thread at a time.
bool take_made(const Run& run, VolumeJob& image);

// The sidecars of an image, if a shard wrote them all and they are made of this: with their names
// in the output folder. Else none; then they are to be written. REQUIRES: run.made. For one thread.
std::vector<SideFile> take_made_sidecars(const Run& run, const std::vector<std::string>& names,
                                         const std::string& made_of);

}  // namespace dcmflow
