#pragma once
// What a work folder tells of each shard, and of each part of a scan, whoever runs them. For one
// thread.

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "stages/base/result.h"

namespace dcmflow {

// Of the shards of a run, or of the parts of a scan.
struct PieceStates {
  std::size_t pieces = 0;  // of shards 0: there is no plan yet
  std::size_t done = 0;
  std::vector<std::size_t> begun;         // an attempt is there: at work, or ended without its end
  std::map<std::size_t, int> failed;      // the exit code of the last attempt, where a job noted it
  std::vector<std::size_t> not_begun;     // none of these
  std::vector<std::size_t> left() const;  // all that are not done, in order
};

// Problem{catalogue_failed | bad_settings}: the plan is damaged, or of another release. A folder
// without a plan is no Problem.
Result<PieceStates> read_shard_states(const std::string& work);
// Of a scan of so many parts.
PieceStates read_part_states(const std::string& work, std::size_t parts);

// Where jobs note the exit codes of shards, and of parts, that failed: a file of that number each.
std::string failed_shards_folder(const std::string& work);
std::string failed_parts_folder(const std::string& work);

// "3 7 11-20", not longer than `most` characters: what is left out is counted behind it.
std::string ranges_words(const std::vector<std::size_t>& numbers, std::size_t most);

}  // namespace dcmflow
