#include "engine/shard_states.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <system_error>

#include "config/shard_words.h"
#include "engine/shard_files.h"
#include "stages/base/filesystem.h"

namespace dcmflow {
namespace {

bool is_there(const std::string& path) { return access(path.c_str(), F_OK) == 0; }

// With every further part that a merge wants of it.
bool is_done(const std::string& work, std::size_t shard) {
  if (!is_there(shard_folder(work, {shard, 0}))) return false;
  for (std::size_t part = 1; is_wanted(work, {shard, part}); ++part)
    if (!is_there(shard_folder(work, {shard, part}))) return false;
  return true;
}

std::set<std::size_t> find_begun(const std::string& work) {
  std::set<std::size_t> begun;
  FileError ended;
  for (fs::directory_iterator at(work + "/shards", ended); !ended && at != fs::directory_iterator();
       at.increment(ended))
    if (const auto shard = shard_of_attempt(at->path().filename().string())) begun.insert(*shard);
  return begun;
}

std::map<std::size_t, int> find_failed(const std::string& work) {
  std::map<std::size_t, int> failed;
  FileError ended;
  for (fs::directory_iterator at(work + "/slurm/failed", ended);
       !ended && at != fs::directory_iterator(); at.increment(ended)) {
    const auto shard = shard_count(at->path().filename().string());
    int code = 0;
    if (shard && std::ifstream(at->path()) >> code) failed[*shard] = code;
  }
  return failed;
}

}  // namespace

std::vector<std::size_t> ShardStates::left() const {
  auto all = begun;
  for (const auto& [shard, code] : failed) all.push_back(shard);
  all.insert(all.end(), not_begun.begin(), not_begun.end());
  std::ranges::sort(all);
  return all;
}

Result<ShardStates> read_shard_states(const std::string& work) {
  ShardStates states;
  const auto plan = read_shard_plan(work);
  if (!plan && plan.problem().reason == Reason::no_input) return states;
  if (!plan) return plan.problem();
  states.shards = plan->headers_sha256.size();
  const auto begun = find_begun(work);
  const auto failed = find_failed(work);
  for (std::size_t shard = 0; shard < states.shards; ++shard) {
    const auto code = failed.find(shard);
    if (is_done(work, shard))
      ++states.done;
    else if (code != failed.end())
      states.failed.insert(*code);
    else if (begun.contains(shard))
      states.begun.push_back(shard);
    else
      states.not_begun.push_back(shard);
  }
  return states;
}

std::string ranges_words(const std::vector<std::size_t>& numbers, std::size_t most) {
  std::string words;
  for (std::size_t at = 0; at < numbers.size();) {
    std::size_t last = at;
    while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
    auto range = std::to_string(numbers[at]);
    if (last > at) range += '-' + std::to_string(numbers[last]);
    if (words.size() + 1 + range.size() > most)
      return words + " and " + std::to_string(numbers.size() - at) + " more";
    words += (words.empty() ? "" : " ") + range;
    at = last + 1;
  }
  return words;
}

}  // namespace dcmflow
