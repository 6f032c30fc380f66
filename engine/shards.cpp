#include "engine/shards.h"

#include <spdlog/spdlog.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/catalogue_run.h"
#include "engine/logging.h"
#include "engine/option_files.h"
#include "engine/outcome.h"
#include "engine/shard_steps.h"
#include "stages/base/keyed_records.h"
#include "stages/base/printable.h"

namespace dcmflow {

std::string headers_name(std::size_t shard) { return std::to_string(shard) + ".headers"; }

Status load_headers_of(const ShardPlan& plan, const std::string& work, std::size_t shard,
                       const AttributeTable& table, HeaderInterner& interner, GivenInput& given) {
  auto file =
      KeyedReader::open(plan_folder(work) + '/' + headers_name(shard), plan.headers_sha256[shard]);
  if (!file) return file.problem();
  given.planned_images = plan.images;
  const auto root = std::make_shared<const std::string>(plan.root);
  for (KeyedRecord series;;) {
    const auto more = file->next(series);
    if (!more) return more.problem();
    if (!*more) return Done{};
    const auto headers = load_planned_images(series.record, given);
    if (!headers) return headers.problem();
    if (auto loaded = load_planned_headers(*headers, root, table, interner, given); !loaded)
      return loaded;
  }
}

namespace {

// What a plan reads is kept in `read`.
Environment keeping(const Environment& environment, Variables& read) {
  return [&](const std::string& name) {
    auto value = environment(name);
    if (value && is_kept_variable(name)) read[name] = *value;
    return value;
  };
}

// What says what is made is that of the plan.
Environment as_planned(const Environment& environment, const ShardPlan& plan) {
  return [&](const std::string& name) -> std::optional<std::string> {
    if (!is_kept_variable(name)) return environment(name);
    const auto begin = name + '=';
    for (const auto& variable : plan.variables)
      if (variable.starts_with(begin)) return variable.substr(begin.size());
    return std::nullopt;
  };
}

// The words that name the copies of a plan, which are as they were written.
Result<std::vector<std::string>> words_of_files(const ShardPlan& plan, const std::string& work) {
  std::vector<std::string> words;
  for (const auto& [option, sha256] : plan.files) {
    const auto file = words_of(option, plan_folder(work));
    if (auto whole = read_checked(file.back(), sha256); !whole) return whole.problem();
    words.insert(words.end(), file.begin(), file.end());
  }
  return words;
}

}  // namespace

Result<std::variant<Settings, ExitNow>> read_shard_settings(ShardCall& call,
                                                            const Environment& environment) {
  ShardPlan plan;
  plan.input = call.input;
  const bool is_plan = call.task == Task::plan_shards || call.task == Task::scan_part;
  if (!is_plan) {
    auto read = read_shard_plan(call.work);
    if (!read) return read.problem();
    plan = std::move(*read);
  }
  // The input may be gone when its images are merged: a folder that is there stands for it.
  const bool is_merge = call.task == Task::merge_shards;
  const std::string input = is_merge ? plan_folder(call.work) : plan.input;
  const std::string output = is_merge ? call.output : is_plan ? call.work : call.work + "/shards";
  const auto files = words_of_files(plan, call.work);
  if (!files) return files.problem();
  std::vector<const char*> words{"dcmflow", "run", input.c_str(), output.c_str()};
  for (const auto& word : *files) words.push_back(word.c_str());
  for (const auto& word : plan.options) words.push_back(word.c_str());
  for (const auto& word : call.options) words.push_back(word.c_str());
  Variables read;
  auto settings =
      read_settings(static_cast<int>(words.size()), words.data(),
                    is_plan ? keeping(environment, read) : as_planned(environment, plan));
  if (!settings) return settings;
  if (auto* const all = std::get_if<Settings>(&*settings)) {
    if (is_plan)
      if (auto taken = take_option_files(*all, call, read); !taken) return taken.problem();
    for (const auto& [name, value] : read) call.variables.push_back(name + '=' + value);
    if (auto fits = check_fits_shards(*all); !fits) return fits.problem();
    all->input.value = plan.input;
    // No summary tells what came out of them.
    if (!is_merge) all->console.tells_info = true;
    // A table of all has to be in memory: of very many series only -v asks for it.
    if (is_merge) all->console.all_series = all->console.tells_settings;
  }
  return settings;
}

int run_shard_call(const ShardCall& call, const Settings& settings, const SelectionRules& rules,
                   const AttributeTable& table, const std::atomic<int>& stop) {
  if (call.task == Task::plan_shards || call.task == Task::scan_part) {
    OutputClaim no_output;
    Run run(settings, rules, table, no_output, stop);
    return call.task == Task::scan_part ? scan_part(run, call) : plan_shards(run, call);
  }
  const auto plan = read_shard_plan(call.work);
  if (!plan) return give_up(plan.problem());
  if (plan->outputs != outputs_fingerprint(settings, table))
    return give_up(
        {Reason::bad_settings, printable(call.work),
         "what its plan says is read in another way here than where it was made; plan anew, in "
         "another work folder"});
  if (call.task == Task::run_shard) return run_shard(call, *plan, settings, rules, table, stop);
  return merge_shards(call, *plan, settings, rules, table, stop);
}

}  // namespace dcmflow
