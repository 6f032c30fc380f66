#pragma once
// Series of a run that are done: what lists do not need of them goes.

#include "engine/run.h"

namespace dcmflow {

// Of the series at work, which have all their images, are rendered, told to the catalogue and
// accounted for: keeps UIDs, one instance, names and sizes of images, what became of files, and
// where the parts of the JSON files lie. run.first_at_work is behind them then. For one thread.
// Problem{disk_full}: a part is not there, and cannot be rendered any more.
Status put_away(Run& run);

}  // namespace dcmflow
