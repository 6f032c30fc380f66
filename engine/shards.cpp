#include "engine/shards.h"

#include <spdlog/spdlog.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "config/option_variables.h"
#include "config/platform_variables.h"
#include "config/shard_words.h"
#include "engine/catalogue_run.h"
#include "engine/logging.h"
#include "engine/outcome.h"
#include "engine/shard_steps.h"
#include "stages/base/base64.h"
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

using Variables = std::map<std::string, std::string, std::less<>>;

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

// The text of the rules travels with the plan, wherever it came from; files of attributes and of
// participants are found from any working folder.
void keep_files(const Settings& settings, ShardCall& call, Variables& read) {
  take_option(call.options, "--rules");
  read.erase(variable_of("--rules"));
  for (const auto& variable : rules_variables) read.erase(variable.name);
  const auto& rules = settings.rules.value;
  if (!rules.empty()) read[rules_variables.front().name] = encode_base64(rules);
  const auto keep_path = [&](const std::string& option, const std::string& path) {
    take_option(call.options, option);
    read.erase(variable_of(option));
    call.options.insert(call.options.end(), {option, absolute_path(path)});
  };
  if (settings.attributes.value) keep_path("--attributes", *settings.attributes.value);
  if (const auto& participants = settings.layout.participants)
    keep_path("--participants", participants->source);
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
  std::vector<const char*> words{"dcmflow", "run", input.c_str(), output.c_str()};
  for (const auto& word : plan.options) words.push_back(word.c_str());
  for (const auto& word : call.options) words.push_back(word.c_str());
  Variables read;
  auto settings =
      read_settings(static_cast<int>(words.size()), words.data(),
                    is_plan ? keeping(environment, read) : as_planned(environment, plan));
  if (!settings) return settings;
  if (auto* const all = std::get_if<Settings>(&*settings)) {
    if (is_plan) keep_files(*all, call, read);
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
         "the settings are not those of the plan: its file of attributes or of participants, "
         "or the rules of this folder (config/selection-rules.json), are others here"});
  if (call.task == Task::run_shard) return run_shard(call, *plan, settings, rules, table, stop);
  return merge_shards(call, *plan, settings, rules, table, stop);
}

}  // namespace dcmflow
