#pragma once
// Under --bids: the sidecars of the images, but for those of an earlier run that stay.

#include "engine/run.h"
#include "stages/write_catalog.h"

namespace dcmflow {

// REQUIRES: folder.staged, which takes the files. Those that say all that their images' files do a
// later run may keep. Problems: those of write_bids().
Status write_sidecars(Run& run, const Catalog& catalog, const OutputFolder& folder);

}  // namespace dcmflow
