#pragma once
// An image that a shard made, in place of making it: see engine/shards.h.

#include <string>
#include <vector>

#include "stages/catalog/bids_members.h"
#include "stages/database/side_file.h"

namespace dcmflow {

struct Run;
class VolumeJob;

// Where run.made is: the image's files get their names in the output folder, by hard links where
// the file system has them, and the image has its result. What no shard tried is an internal_error.
// Where run.untried is, nothing is linked, and what no shard tried is told there. False: it is to
// be made. REQUIRES: the earlier results are replaced. For one thread at a time.
bool take_made(const Run& run, VolumeJob& image);

// Of a shard: an image that an earlier attempt left in the same folder has its result. False: it is
// to be made. For one thread at a time.
bool take_left(const Run& run, VolumeJob& image);

// What the sidecars of an image are made of: what a shard knows of, and with what they say of
// images of other series (stages/catalog/bids_members.h).
struct SidecarSource {
  std::string of_series, of_all;
  BidsMembers members;
};

// The sidecars of an image, <stem>.json first, if a shard wrote them all and they are made of this:
// with their names in the output folder, and the members. Else none; then they are to be written.
// REQUIRES: run.made. For one thread.
std::vector<SideFile> take_made_sidecars(const Run& run, const std::vector<std::string>& names,
                                         const SidecarSource& source);

}  // namespace dcmflow
