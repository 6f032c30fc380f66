// settings → logging → rules → the pipeline → exit code

#include <malloc.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <cstdio>

#include "config/environment.h"
#include "config/keywords.h"
#include "config/machine_limits.h"
#include "config/option_variables.h"
#include "config/pull_call.h"
#include "config/read_demands.h"
#include "config/rules_source.h"
#include "config/settings.h"
#include "config/shard_call.h"
#include "config/slurm_call.h"
#include "config/to_dicom_call.h"
#include "config/verbs.h"
#include "engine/logging.h"
#include "engine/outcome.h"
#include "engine/output_claim.h"
#include "engine/pipeline.h"
#include "engine/pull.h"
#include "engine/run.h"
#include "engine/serve_output.h"
#include "engine/shards.h"
#include "engine/signals.h"
#include "engine/slurm.h"
#include "engine/survey.h"
#include "engine/to_dicom.h"
#include "engine/trace.h"
#include "engine/watch.h"
#include "stages/base/printable.h"

namespace dcmflow {
namespace {

// Slab buffers come and go thousands of times: the allocator keeps their pages instead of asking
// the kernel for zeroed ones each time. Under a limit of addresses it has one heap: those that it
// gives to further threads reserve 64 MB each, and oneTBB does not survive a thread that cannot be
// started.
void set_up_allocator() {
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 64 << 20);
  if (free_addresses()) mallopt(M_ARENA_MAX, 1);
}

// Without a run, and so without a log.
int end(const Result<ExitNow>& how) {
  if (how) {
    std::FILE* const stream = how->exit_code == 0 || how->is_answer ? stdout : stderr;
    // Half a manifest is none.
    const bool whole = std::fputs(how->text.c_str(), stream) >= 0 && std::fflush(stream) == 0;
    return whole ? how->exit_code : static_cast<int>(ExitCode::output);
  }
  const Problem& problem = how.problem();
  std::fprintf(stderr, "dcmflow: %s%s%s\n", problem.subject.c_str(),
               problem.subject.empty() ? "" : ": ", problem.detail.c_str());
  return exit_code(problem.reason);
}

// The keys of `values`; all that there are where none is named.
Result<std::vector<SurveyedKey>> find_keys(const std::vector<std::string>& keywords,
                                           AttributeTable& table, bool no_patient) {
  if (keywords.empty()) return all_keys(table, no_patient);
  std::vector<SurveyedKey> keys;
  for (const auto& keyword : keywords) {
    if (std::ranges::find(keys, keyword, &SurveyedKey::text) != keys.end()) continue;
    const auto found = resolve_rule_key(keyword, table);
    const auto& wrong = found.error.empty() ? found.unknown : found.error;
    if (!wrong.empty()) return Problem{Reason::bad_settings, "values", wrong};
    if (no_patient && is_personal(found.key, table))
      return Problem{Reason::bad_settings, "values",
                     '\'' + printable(keyword) +
                         "' tells of persons, institutions, orders or paths, and --no-patient "
                         "leaves that out"};
    keys.push_back({keyword, found.key});
  }
  return keys;
}

Result<Demands> read_again(Settings& settings) {
  auto rules = read_rules(settings.rules_option, process_environment());
  if (!rules) return rules.problem();
  auto demands = read_demands(settings, *rules);
  if (demands) settings.rules = std::move(*rules);
  return demands;
}

int keep_watch(const Settings& settings, Demands demands, OutputClaim& output,
               const std::atomic<int>& stop) {
  auto& reread = keep_hangups();
  const auto ended =
      watch(settings, std::move(demands), read_again, output, {stop, reread, signal_descriptor()});
  return ended ? *ended : give_up(ended.problem());
}

// `shards`: the piece of the run that this is; null: all of it.
int run(const Settings& settings, const ShardCall* shards, const std::atomic<int>& stop) {
  start_logging(settings);
  log_settings(settings);
  for (const auto& words : tell_unknown_variables(names_in_process_environment()))
    spdlog::warn("{}", words);
  // Wrong settings must not cost the images of an earlier run, nor pass for it.
  const auto give_up_early = [&](const Problem& problem) {
    if (settings.writes_output()) withdraw_completion(settings.output.value);
    return give_up(problem);
  };
  auto demands = read_demands(settings, settings.rules);
  if (!demands) return give_up_early(demands.problem());
  auto& [table, rules] = *demands;
  for (const auto& warning : rules.warnings) spdlog::warn("rules: {}", warning);
  if (settings.task == Task::explain_rules || settings.task == Task::list_values) {
    auto keys = find_keys(settings.keywords, table, settings.no_patient);
    if (!keys) return give_up(keys.problem());
    return answer_question(settings, rules, table, std::move(*keys), stop);
  }
  if (shards != nullptr) return run_shard_call(*shards, settings, rules, table, stop);
  if (settings.dry_run || settings.task == Task::list_series)
    return dry_run(settings, rules, table, stop);
  auto output = OutputClaim::take(settings);
  if (!output) return give_up(output.problem());
  if (!output->warning().empty()) spdlog::warn("{}", output->warning());
  // Not before: the trace may go into the output folder, too.
  if (const auto usable = settings.trace.value ? check_trace(*settings.trace.value) : Done{};
      !usable) {
    static_cast<void>(output->withdraw());
    return give_up(usable.problem());
  }
  if (settings.watch) return keep_watch(settings, std::move(*demands), *output, stop);
  Run run(settings, rules, table, *output, stop);
  return run_pipeline(run);
}

int serve(const Service& service) {
  const auto server = serve_output(service.folder, service.address);
  if (!server) return end(server.problem());
  const ListenAddress address{service.address.host, (*server)->port()};
  std::printf("serving %s at http://%s/ until Ctrl-C\n", printable(service.folder).c_str(),
              listen_text(address).c_str());
  std::fflush(stdout);
  wait_for_signal(signal_descriptor());
  return 0;
}

int run_shards(ShardCall call, const std::atomic<int>& stop) {
  const auto settings = read_shard_settings(call, process_environment());
  if (!settings) return end(settings.problem());
  if (const auto* exit_now = std::get_if<ExitNow>(&*settings)) return end(*exit_now);
  return run(std::get<Settings>(*settings), &call, stop);
}

}  // namespace
}  // namespace dcmflow

int main(int argc, char** argv) {
  using namespace dcmflow;
  open_standard_streams();
  const auto& stop = catch_signals();
  set_up_allocator();
  try {
    const auto arguments = arguments_of(argc, argv);
    if (const auto done = answer_verb(arguments)) return end(*done);
    if (const auto service = find_service(arguments))
      return *service ? serve(**service) : end(service->problem());
    if (const auto call = find_pull_call(arguments, process_environment()))
      return *call ? pull(**call, stop) : end(call->problem());
    if (const auto call = find_to_dicom_call(arguments))
      return *call ? to_dicom(**call, stop) : end(call->problem());
    if (const auto slurm = find_slurm_call(arguments))
      return *slurm ? run_slurm(**slurm, stop) : end(slurm->problem());
    if (const auto shards = find_shard_call(arguments, process_environment()))
      return *shards ? run_shards(**shards, stop) : end(shards->problem());
    const auto settings = read_settings(argc, argv, process_environment());
    if (!settings) {
      if (const auto output = read_output_folder(argc, argv, process_environment()))
        withdraw_completion(*output);
      return end(settings.problem());
    }
    if (const auto* exit_now = std::get_if<ExitNow>(&*settings)) return end(*exit_now);
    return run(std::get<Settings>(*settings), nullptr, stop);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "dcmflow: internal error: %s\n", error.what());
    return static_cast<int>(ExitCode::internal);
  }
}
