#pragma once
// The headers of all shards in the order of one process, some studies at a time.

#include <optional>
#include <string>

#include "engine/shard_steps.h"
#include "stages/base/keyed_records.h"

namespace dcmflow {

// For one thread. Problems: of KeyedReader, load_planned_images(), load_planned_headers().
class MergeWindows {
 public:
  // REQUIRES: all three outlive it.
  MergeWindows(const ShardCall& call, const ShardPlan& plan, const AttributeTable& table)
      : call_(call), plan_(plan), table_(table) {}

  // Reads all once: the images and sizes of all series, in their order.
  Status open(GivenInput& given);
  // Adds the series of the next studies to run.series, with what run.given has of their pixels;
  // nothing at the end.
  Status load_next(Run& run);

 private:
  Result<MergedRecords> merge() const;
  Status read_ahead();

  const ShardCall& call_;
  const ShardPlan& plan_;
  const AttributeTable& table_;
  std::optional<MergedRecords> records_;
  KeyedRecord ahead_;
  bool has_more_ = true;
};

}  // namespace dcmflow
