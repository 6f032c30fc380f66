#pragma once
// The files of a plan: which shard has which series, and their headers. For one thread.

#include "config/shard_call.h"
#include "engine/plan_series.h"
#include "engine/run.h"
#include "engine/shard_files.h"
#include "stages/database/shard_records.h"

namespace dcmflow {

// Into the folder of the attempt, plan.json last. REQUIRES: run is as plan_series() leaves it, and
// its images have their names. Problems: those of Attempt::write(), and of PlannedSeries.
Status write_plan(const Run& run, const ShardCall& call, const PlannedSeries& series,
                  const FoundFiles& found, const Attempt& attempt);

}  // namespace dcmflow
