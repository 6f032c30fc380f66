#pragma once
// Records in any order → in the order of their keys, however many there are.

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "stages/base/keyed_records.h"
#include "stages/base/part_store.h"

namespace dcmflow {

// Reads the records of a stored text. REQUIRES: the store outlives it.
KeyedReader stored_records(const PartStore& store, StoredText run);

// Keeps some in memory; what is more goes to `store` in sorted runs. For one thread; a store may be
// shared by several that are filled one after the other. Problem{disk_full}: the store has no room.
class RecordSorter {
 public:
  // Beside the records, each costs 80 bytes.
  RecordSorter(PartStore& store, std::size_t most_in_memory)
      : store_(store), most_in_memory_(most_in_memory) {}

  Status add(std::string key, std::string record);
  // All of them; those of one key in the order in which they were added. Nothing is added after it.
  // REQUIRES: the store outlives what is returned.
  Result<MergedRecords> sorted();

 private:
  Status end_run();

  PartStore& store_;
  const std::size_t most_in_memory_;
  std::vector<KeyedRecord> records_;
  std::size_t bytes_ = 0;  // of records_
  std::vector<StoredText> runs_;
};

}  // namespace dcmflow
