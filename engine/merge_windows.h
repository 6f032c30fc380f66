#pragma once
// The headers of all shards in the order of one process, some studies at a time, with the images
// that the shards made of them.

#include <optional>
#include <string>
#include <vector>

#include "engine/shard_steps.h"
#include "stages/base/keyed_records.h"
#include "stages/base/record_sorter.h"

namespace dcmflow {

// For one thread. Problems: of KeyedReader, load_planned_images(), load_planned_headers(),
// read_records(); disk_full: the store of the run has no room.
class MergeWindows {
 public:
  // REQUIRES: all outlive it; run.part_store, run.done.
  MergeWindows(const ShardCall& call, const ShardPlan& plan, Run& run);

  // Reads once what all shards have planned and made: run.given->all, UIDs that are shared, and
  // files of an earlier run that are to be written again. A signal ends it early.
  Status open();
  // run.series are those of the next studies, with what run.given has of their pixels and images,
  // and run.made the images of shards; none at the end.
  Status load_next();

 private:
  Status open_shard(std::size_t shard);
  Status note_series(const KeyedRecord& series);
  Result<KeyedReader> read_headers(std::size_t shard) const;
  Result<MergedRecords> merge_headers();
  Result<KeyedReader> merge_some(std::size_t first, std::size_t shards);
  Status read_ahead();
  Status load_made(const std::string& key);

  const ShardCall& call_;
  const ShardPlan& plan_;
  Run& run_;
  RecordSorter sorter_;  // images and sidecars of shards behind the keys of their series
  std::vector<std::pair<std::string, std::string>> keys_;  // of the shard at hand: by stem
  std::optional<MergedRecords> headers_, made_;
  KeyedRecord ahead_, made_ahead_;
  bool has_more_ = true, has_more_made_ = true;
  MadeImages window_made_;
};

}  // namespace dcmflow
