#pragma once
// A run in pieces: a plan has the headers, shards make images, the merge makes the outputs.
//
//   scan    read_headers of a slice of the input, or of all of it → headers by series
//   plan    plan_images, assign_names of a run, some series at a time → headers and names of shards
//   shard   the headers of its series, taken from there → their images, and what became of each
//   merge   a run that takes every header from the plan and every image from a shard
//
// So the outputs are those of one process by construction: all that is decided over all series is
// decided by the same steps from the same headers, and a failure is taken as an image is. The merge
// opens no file of the input and converts nothing.
//
// Under --images selected an image that fails may give its place to one that no shard has tried.
// The merge asks for that one, as a further part of its shard, and is to be tried again then.

#include <atomic>
#include <variant>

#include "config/shard_call.h"
#include "stages/dicom/attribute_table.h"
#include "stages/selection/selection_rules.h"

namespace dcmflow {

// The settings of the run that the call is a piece of, as if it were given at the command line,
// with the variables that the plan has seen; scan and plan are told them, in call.variables. The
// merge needs no input. Problems: those of read_settings(); no_input, catalogue_failed or
// bad_settings: the work folder has no plan of this release.
Result<std::variant<Settings, ExitNow>> read_shard_settings(ShardCall& call,
                                                            const Environment& environment);

// The exit code: 0 also for what is done already, for a shard
// without series, and where files or images were refused; 75: try again. docs/shards.md.
int run_shard_call(const ShardCall& call, const Settings& settings, const SelectionRules& rules,
                   const AttributeTable& table, const std::atomic<int>& stop);

}  // namespace dcmflow
