#pragma once
// The pieces of a run over shards, and what they share. Each gives the exit code, and has told in
// the log why it is not 0. For one thread.

#include <cstddef>
#include <string>

#include "config/shard_call.h"
#include "engine/run.h"
#include "engine/shard_files.h"
#include "stages/base/input_slice.h"
#include "stages/database/record_bytes.h"
#include "stages/dicom/header_interner.h"

namespace dcmflow {

int scan_part(Run& run, const ShardCall& call);
// Reads the headers of a slice of the input, and puts the files of a scanned part into the folder.
int scan_slice(Run& run, const InputSlice& slice, const std::string& folder);
int plan_shards(Run& run, const ShardCall& call);
int run_shard(const ShardCall& call, const ShardPlan& plan, const Settings& settings,
              const SelectionRules& rules, const AttributeTable& table,
              const std::atomic<int>& stop);
int merge_shards(const ShardCall& call, const ShardPlan& plan, const Settings& settings,
                 const SelectionRules& rules, const AttributeTable& table,
                 const std::atomic<int>& stop);

// Of the headers of a shard, in the folder of the plan.
std::string headers_name(std::size_t shard);
// Adds the headers of a shard to `given`, a row of images for each series. Problems:
// KeyedReader, load_planned_images(), load_planned_headers().
Status load_headers_of(const ShardPlan& plan, const std::string& work, std::size_t shard,
                       const AttributeTable& table, HeaderInterner& interner, GivenInput& given);

}  // namespace dcmflow
