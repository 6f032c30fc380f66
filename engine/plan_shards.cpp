#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "engine/catalogue_run.h"
#include "engine/choose_images.h"
#include "engine/conclude_run.h"
#include "engine/logging.h"
#include "engine/outcome.h"
#include "engine/pipeline.h"
#include "engine/shard_steps.h"
#include "engine/tell_run.h"
#include "stages/base/printable.h"
#include "stages/database/fingerprint.h"
#include "stages/discover_files.h"
#include "stages/series_cost.h"

namespace dcmflow {
namespace {

// The shard of each series: the largest first, to whichever has least. Those of one UID, of several
// patients, stay together: which of them is first follows from all.
std::vector<std::size_t> distribute(const Run& run, std::size_t shards) {
  using Uids = std::pair<std::string_view, std::string_view>;
  struct Group {
    std::uint64_t cost = 0;
    std::vector<std::size_t> series;
  };
  std::map<Uids, Group> groups;
  for (std::size_t i = 0; i < run.series.size(); ++i) {
    const Series& series = *run.series[i];
    auto& group = groups[{series.study_instance_uid, series.series_instance_uid}];
    group.cost += series_cost(series, run.format.gzip);
    group.series.push_back(i);
  }
  std::vector<const Group*> order;
  for (const auto& [uids, group] : groups) order.push_back(&group);
  std::ranges::stable_sort(order, std::ranges::greater(), &Group::cost);
  std::set<std::pair<std::uint64_t, std::size_t>> loads;
  for (std::size_t shard = 0; shard < shards; ++shard) loads.emplace(0, shard);
  std::vector<std::size_t> shard_of(run.series.size());
  for (const Group* const group : order) {
    const auto [load, shard] = loads.extract(loads.begin()).value();
    for (const auto i : group->series) shard_of[i] = shard;
    loads.emplace(load + group->cost, shard);
  }
  return shard_of;
}

// A row a series. Uses up the stacks.
std::vector<std::vector<PlannedImage>> planned_images(Run& run) {
  std::vector<std::vector<PlannedImage>> images(run.series.size());
  for (std::size_t i = 0; i < run.series.size(); ++i)
    for (const Stack& stack : run.sorted[i].stacks) images[i].push_back({stack.image_stem, false});
  choose_images(run);
  for (std::size_t i = 0; i < run.series.size(); ++i) {
    std::set<std::string_view> chosen;
    for (const auto& volume : run.volumes[i]) chosen.insert(volume->stack().image_stem);
    for (auto& image : images[i]) image.is_chosen = chosen.contains(image.stem);
  }
  return images;
}

std::string found_files(Run& run) {
  std::ranges::sort(run.found_problems, {}, [](const Problem& problem) {
    return std::tuple<std::string_view, Reason, std::string_view>(problem.subject, problem.reason,
                                                                  problem.detail);
  });
  return store_found_files({.files = run.report.discovered_files(),
                            .began_ns = began_ns(run),
                            .fingerprint = run.files_fingerprint,
                            .others = run.other_files,
                            .problems = run.found_problems});
}

Result<bool> write_plan(Run& run, const ShardCall& call, Attempt& attempt) {
  const auto images = planned_images(run);
  const auto shard_of = distribute(run, call.number);
  ShardPlan plan{.id = {},
                 .outputs = outputs_fingerprint(run.settings, run.table),
                 .input = call.input,
                 .root = root_of_names(call.input),
                 .options = without_machine_options(call.options),
                 .variables = call.variables,
                 .images = run.planned_images(),
                 .found_sha256 = {},
                 .headers_sha256 = {}};
  std::vector<std::vector<PlannedSeries>> shards(call.number);
  for (std::size_t i = 0; i < run.series.size(); ++i)
    shards[shard_of[i]].push_back({run.series[i]->instances, &run.digests[i], images[i]});
  for (std::size_t shard = 0; shard < shards.size(); ++shard) {
    const auto headers = store_shard(shards[shard]);
    if (auto written = attempt.write(headers_name(shard), headers); !written)
      return written.problem();
    plan.headers_sha256.push_back(fingerprint(headers));
  }
  const auto found = found_files(run);
  if (auto written = attempt.write("found", found); !written) return written.problem();
  plan.found_sha256 = fingerprint(found);
  if (auto written = attempt.write("plan.json", shard_plan_text(plan)); !written)
    return written.problem();
  return attempt.publish();
}

// A plan that is there is not made again: shards may be at work by it.
int keep_plan(const ShardCall& call, const std::string& outputs) {
  const auto plan = read_shard_plan(call.work);
  if (!plan) return give_up(plan.problem());
  const bool is_same = plan->outputs == outputs && plan->input == call.input &&
                       plan->options == without_machine_options(call.options) &&
                       plan->variables == call.variables &&
                       plan->headers_sha256.size() == call.number;
  if (is_same) {
    spdlog::info("plan: it is there already; nothing to do");
    return 0;
  }
  return give_up({Reason::bad_settings, printable(call.work),
                  "holds the plan of another run; take another work folder"});
}

}  // namespace

int plan_shards(Run& run, const ShardCall& call) {
  const auto folder = plan_folder(call.work);
  const auto outputs = outputs_fingerprint(run.settings, run.table);
  if (access(folder.c_str(), F_OK) == 0) return keep_plan(call, outputs);
  auto attempt = Attempt::begin(folder);
  if (!attempt) return give_up(attempt.problem());
  run.keeps_problems = true;
  if (run.settings.trace.value) run.report.trace().begin();
  plan_run(run);
  if (run.stop) return by_signal + run.stop;
  if (run.report.has(Reason::internal_error)) return static_cast<int>(ExitCode::internal);
  if (run.series.empty()) {
    tell_of_nothing(run);
    return static_cast<int>(ExitCode::no_input);
  }
  const auto files = run.report.discovered_files();
  const auto published = write_plan(run, call, *attempt);
  const bool is_there = access(folder.c_str(), F_OK) == 0;
  if (!published && !is_there) return give_up(published.problem());
  if (!published || !*published) return keep_plan(call, outputs);
  spdlog::info("plan: files={} series={} shards={}", files, run.series.size(), call.number);
  return run.settings.trace.value ? write_trace(run, 0) : 0;
}

}  // namespace dcmflow
