#pragma once
// What a work folder tells of each shard, whoever runs them. For one thread.

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "stages/base/result.h"

namespace dcmflow {

struct ShardStates {
  std::size_t shards = 0;  // 0: there is no plan yet
  std::size_t done = 0;
  std::vector<std::size_t> begun;         // an attempt is there: at work, or ended without its end
  std::map<std::size_t, int> failed;      // the exit code of the last attempt, where a job noted it
  std::vector<std::size_t> not_begun;     // none of these
  std::vector<std::size_t> left() const;  // all that are not done, in order
};

// Problem{catalogue_failed | bad_settings}: the plan is damaged, or of another release. A folder
// without a plan is no Problem.
Result<ShardStates> read_shard_states(const std::string& work);

// "3 7 11-20", not longer than `most` characters: what is left out is counted behind it.
std::string ranges_words(const std::vector<std::size_t>& numbers, std::size_t most);

}  // namespace dcmflow
