#pragma once
// Whether all shards are done, and what they made is as they wrote it.

#include <atomic>
#include <functional>
#include <string>

#include "config/settings.h"
#include "config/shard_call.h"
#include "engine/shard_files.h"
#include "stages/database/shard_records.h"

namespace dcmflow {

// The records of a part that is whole (store_images()).
using TakeRecords = std::function<Status(ShardPart, const std::string& records)>;

// Holds the manifests of all shards against the plan, records and voxels against their SHA-256,
// every file against its size and time, one part after the other, and gives those that are whole to
// `take`, where there is one. False where something is missing or another, or a signal came; the
// log names each such shard, and what to do about it. Called by one thread, works on as many as the
// settings say. Problems: of `take`.
Result<bool> verify_shards(const ShardCall& call, const ShardPlan& plan, const Settings& settings,
                           const std::atomic<int>& stop, const TakeRecords& take);

// Of a part that was whole. Problems: no_input, catalogue_failed: it is that no more.
Result<std::string> read_records(const std::string& work, const ShardPlan& plan, ShardPart part);

}  // namespace dcmflow
