#include "config/slurm_call.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "config/shard_words.h"
#include "stages/base/filesystem.h"
#include "stages/base/printable.h"

namespace dcmflow {
namespace {

using Action = SlurmCall::Action;

constexpr auto submit_usage =
    "dcmflow slurm submit needs INPUT WORK OUTPUT --shards N, N from 1; --parts P and options of "
    "the conversion come behind OUTPUT, those of sbatch behind --";

// What stands behind "--" is sbatch's.
Words take_sbatch_options(Words& words) {
  const auto dashes = std::ranges::find(words, "--");
  if (dashes == words.end()) return {};
  Words options(dashes + 1, words.end());
  words.erase(dashes, words.end());
  return options;
}

// 0: it is not given.
Result<std::size_t> take_number(Words& words, const std::string& option, std::size_t most) {
  const auto given = take_option(words, option);
  if (!given) return std::size_t{0};
  const auto number = shard_count(*given);
  if (number && *number > 0 && *number <= most) return *number;
  return wrong_words(option + ": found '" + printable(*given) + "', expected a number from 1 to " +
                     std::to_string(most));
}

bool are_folders(const Words& words, std::size_t count) {
  return words.size() >= count &&
         std::none_of(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(count),
                      [](const auto& word) { return word.starts_with('-'); });
}

Result<SlurmCall> read_submit(Words words, SlurmCall call) {
  constexpr std::size_t folders = 3;
  const auto parts = take_number(words, "--parts", most_parts);
  if (!parts) return parts.problem();
  call.parts = *parts;
  const auto shards = take_option(words, "--shards");
  if (!shards || !are_folders(words, folders)) return wrong_words(submit_usage);
  call.output = absolute_path(words[2]);
  Words plan{"plan", words[0], words[1], "--shards", *shards};
  plan.insert(plan.end(), words.begin() + folders, words.end());
  auto found = find_shard_call(plan, [](const std::string&) { return std::nullopt; });
  if (!found || !*found) return wrong_words(submit_usage);
  call.plan = std::move(**found);
  call.work = call.plan.work;
  return call;
}

Result<SlurmCall> read_of_work(const Words& words, SlurmCall call, std::string_view name) {
  if (words.size() != 1 || !are_folders(words, 1))
    return wrong_words("dcmflow slurm " + std::string(name) + " needs WORK" +
                       (words.size() > 1 ? ", found '" + printable(words[1]) + "' too" : ""));
  call.work = absolute_path(words[0]);
  return call;
}

}  // namespace

std::optional<Result<SlurmCall>> find_slurm_call(const std::vector<std::string>& arguments) {
  struct Named {
    std::string_view name;
    Action action;
  };
  constexpr std::array actions{Named{"submit", Action::submit}, Named{"status", Action::status},
                               Named{"resume", Action::resume}, Named{"cancel", Action::cancel}};
  const auto own = std::find(arguments.begin(), arguments.end(), "--");
  if (arguments.size() < 2 || arguments[0] != "slurm" ||
      std::find(arguments.begin(), own, "--help") != own)
    return std::nullopt;
  const auto* const action =
      std::ranges::find(actions, std::string_view(arguments[1]), &Named::name);
  if (action == actions.end()) return std::nullopt;
  Words words(arguments.begin() + 2, arguments.end());
  SlurmCall call{.action = action->action, .work = {}, .plan = {}, .output = {}};
  const bool submits = call.action == Action::submit || call.action == Action::resume;
  if (submits) {
    call.sbatch_options = take_sbatch_options(words);
    const auto parallel = take_number(words, "--parallel", most_shards);
    if (!parallel) return Result<SlurmCall>(parallel.problem());
    call.parallel = *parallel;
  }
  if (call.action == Action::status) {
    call.json = std::erase(words, "--json") > 0;
    call.follows = std::erase(words, "--follow") > 0;
  }
  return call.action == Action::submit ? read_submit(std::move(words), std::move(call))
                                       : read_of_work(words, std::move(call), action->name);
}

}  // namespace dcmflow
