#include "engine/shard_states.h"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <system_error>

#include "config/shard_words.h"
#include "engine/scan_files.h"
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

// Of the attempts in a folder.
std::set<std::size_t> find_begun(const std::string& folder) {
  std::set<std::size_t> begun;
  FileError ended;
  for (fs::directory_iterator at(folder, ended); !ended && at != fs::directory_iterator();
       at.increment(ended))
    if (const auto number = shard_of_attempt(at->path().filename().string())) begun.insert(*number);
  return begun;
}

std::map<std::size_t, int> find_failed(const std::string& folder) {
  std::map<std::size_t, int> failed;
  FileError ended;
  for (fs::directory_iterator at(folder, ended); !ended && at != fs::directory_iterator();
       at.increment(ended)) {
    const auto number = shard_count(at->path().filename().string());
    int code = 0;
    if (number && std::ifstream(at->path()) >> code) failed[*number] = code;
  }
  return failed;
}

template <class IsDone>
PieceStates states_of(std::size_t pieces, const std::string& folder, const std::string& failures,
                      const IsDone& is_piece_done) {
  PieceStates states{.pieces = pieces};
  const auto begun = find_begun(folder);
  const auto failed = find_failed(failures);
  for (std::size_t number = 0; number < pieces; ++number) {
    const auto code = failed.find(number);
    if (is_piece_done(number))
      ++states.done;
    else if (code != failed.end())
      states.failed.insert(*code);
    else if (begun.contains(number))
      states.begun.push_back(number);
    else
      states.not_begun.push_back(number);
  }
  return states;
}

}  // namespace

std::vector<std::size_t> PieceStates::left() const {
  auto all = begun;
  for (const auto& [number, code] : failed) all.push_back(number);
  all.insert(all.end(), not_begun.begin(), not_begun.end());
  std::ranges::sort(all);
  return all;
}

std::string failed_shards_folder(const std::string& work) { return work + "/slurm/failed"; }
std::string failed_parts_folder(const std::string& work) { return work + "/slurm/failed-parts"; }

Result<PieceStates> read_shard_states(const std::string& work) {
  const auto plan = read_shard_plan(work);
  if (!plan && plan.problem().reason == Reason::no_input) return PieceStates{};
  if (!plan) return plan.problem();
  return states_of(plan->headers_sha256.size(), work + "/shards", failed_shards_folder(work),
                   [&](std::size_t shard) { return is_done(work, shard); });
}

PieceStates read_part_states(const std::string& work, std::size_t parts) {
  return states_of(parts, work + "/scan", failed_parts_folder(work),
                   [&](std::size_t part) { return is_there(part_folder(work, part)); });
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
