#pragma once
// An image that a shard made, in place of making it: see engine/shards.h.

namespace dcmflow {

struct Run;
class VolumeJob;

// Where run.made is: the image's files get their names in the output folder, by hard links where
// the file system has them, and the image has its result. What no shard tried is an internal_error.
// Where run.untried is, nothing is linked, and what no shard tried is told there. False: it is to
// be made. REQUIRES: the earlier results are replaced. For one thread at a time.
bool take_made(const Run& run, VolumeJob& image);

}  // namespace dcmflow
