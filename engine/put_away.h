#pragma once
// Series of a run that are done: what lists do not need of them goes.

#include "engine/run.h"

namespace dcmflow {

// Of the series at work, which have all their images, are rendered, told to the catalogue and
// accounted for: keeps UIDs, one instance, names and sizes of images, what became of files, and
// where the parts of the JSON files lie. One of which the disk has no room for a part stays whole.
// run.first_at_work is behind them then. For one thread. No Problems.
Status put_away(Run& run);

}  // namespace dcmflow
