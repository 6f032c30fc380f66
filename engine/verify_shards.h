#pragma once
// Whether all shards are done, and what they made is as they wrote it.

#include <atomic>
#include <cstddef>

#include "config/shard_call.h"
#include "engine/shard_files.h"
#include "stages/database/shard_records.h"

namespace dcmflow {

// Loads the records of all shards, and holds manifests against the plan, records and voxels against
// their SHA-256, every file against its size and time. False where something is missing or another;
// the log names each such shard, and what to do about it. A signal ends it early. Called by one
// thread, works on as many as the settings say.
bool load_shards(const ShardCall& call, const ShardPlan& plan, const Settings& settings,
                 const std::atomic<int>& stop, MadeImages& made);

}  // namespace dcmflow
