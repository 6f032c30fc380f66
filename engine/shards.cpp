#include "engine/shards.h"

#include <oneapi/tbb/global_control.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "engine/catalogue_run.h"
#include "engine/choose_images.h"
#include "engine/outcome.h"
#include "engine/pipeline.h"
#include "engine/run.h"
#include "engine/shard_files.h"
#include "engine/sync_output.h"
#include "engine/tell_run.h"
#include "stages/base/printable.h"
#include "stages/database/fingerprint.h"

namespace dcmflow {
namespace {

constexpr int by_signal = 128;

int give_up(const Problem& problem) {
  spdlog::error("{}: {}", problem.subject, problem.detail);
  return exit_code(problem.reason);
}

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string headers_name(std::size_t shard) { return std::to_string(shard) + ".headers"; }

// Of the series' pixels, and of opening its files, in bytes.
std::uint64_t cost_of(const Series& series) {
  constexpr std::uint64_t a_file = 64 << 10;
  std::uint64_t cost = 0;
  for (const auto& instance : series.instances) cost += a_file + instance->file->size;
  return cost;
}

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
    group.cost += cost_of(series);
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
                 .options = without_machine_options(call.options),
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
                       plan->headers_sha256.size() == call.number;
  if (is_same) {
    spdlog::info("plan: it is there already; nothing to do");
    return 0;
  }
  return give_up({Reason::bad_settings, printable(call.work),
                  "holds the plan of another run; take another work folder"});
}

int plan_shards(Run& run, const ShardCall& call) {
  const auto folder = plan_folder(call.work);
  const auto outputs = outputs_fingerprint(run.settings, run.table);
  if (access(folder.c_str(), F_OK) == 0) return keep_plan(call, outputs);
  auto attempt = Attempt::begin(folder);
  if (!attempt) return give_up(attempt.problem());
  const oneapi::tbb::global_control most(oneapi::tbb::global_control::max_allowed_parallelism,
                                         std::max(run.settings.threads, run.settings.io_threads));
  run.keeps_problems = true;
  plan_run(run);
  if (run.stop) return by_signal + run.stop;
  if (run.report.has(Reason::internal_error)) return static_cast<int>(ExitCode::internal);
  if (run.series.empty()) {
    tell_of_nothing(run);
    return static_cast<int>(ExitCode::no_input);
  }
  const auto files = run.report.discovered_files();
  const auto published = write_plan(run, call, *attempt);
  if (!published) return give_up(published.problem());
  if (!*published) return keep_plan(call, outputs);
  spdlog::info("plan: files={} series={} shards={}", files, run.series.size(), call.number);
  return 0;
}

// Of the plan, for series that were sorted again to the same stacks.
Status take_planned_names(Run& run) {
  if (run.stop) return Done{};
  const auto& planned = run.given->images;
  for (std::size_t i = 0; i < run.series.size(); ++i) {
    auto& stacks = run.sorted[i].stacks;
    if (planned.size() != run.series.size() || planned[i].size() != stacks.size())
      return Problem{Reason::internal_error, run.series[i]->series_instance_uid,
                     "the series has other images than in the plan"};
    std::vector<Stack> chosen;
    for (std::size_t k = 0; k < stacks.size(); ++k) {
      stacks[k].image_stem = planned[i][k].stem;
      if (planned[i][k].is_chosen) chosen.push_back(stacks[k]);
    }
    name_candidates(run.candidates[i], stacks);
    stacks = std::move(chosen);
  }
  return Done{};
}

std::vector<TriedImage> tried_images(const Run& run) {
  std::vector<TriedImage> tried;
  const auto add = [&](const VolumePtr& volume) {
    const auto& result = volume->result();
    tried.push_back({.file = result ? &*result : nullptr,
                     .problem = result ? nullptr : &result.problem(),
                     .unreadable = volume->unreadable(),
                     .stem = volume->stack().image_stem,
                     .made_of = volume->fingerprint()});
  };
  std::ranges::for_each(run.given_up, add);
  for (const auto& volumes : run.volumes) std::ranges::for_each(volumes, add);
  return tried;
}

// What is no fact of the input: another attempt may have it otherwise. 0: nothing.
int failure_of_machine(const Run& run, const std::vector<TriedImage>& tried) {
  if (run.stop) return by_signal + run.stop;
  for (const auto reason :
       {Reason::disk_full, Reason::output_not_writable, Reason::internal_error}) {
    const auto failed = std::ranges::find_if(tried, [&](const TriedImage& image) {
      return image.problem != nullptr && image.problem->reason == reason;
    });
    if (failed != tried.end()) spdlog::error("{}: {}", failed->stem, failed->problem->detail);
    if (failed != tried.end() || run.report.has(reason)) return exit_code(reason);
  }
  return 0;
}

// Makes the images in `settings.output`. The records; empty where it failed: see `failure`.
Result<std::string> make_images_of_shard(const Settings& settings, const SelectionRules& rules,
                                         const AttributeTable& table, const std::atomic<int>& stop,
                                         GivenInput& given, int& failure) {
  auto output = OutputClaim::take(settings);
  if (!output) return output.problem();
  Run run(settings, rules, table, *output, stop);
  run.given = &given;
  run.keeps_tries = true;
  make_shard(run, take_planned_names);
  const auto tried = tried_images(run);
  failure = failure_of_machine(run, tried);
  return failure == 0 ? store_images(tried) : std::string();
}

Status load_headers_of(const ShardPlan& plan, const std::string& work, std::size_t shard,
                       const AttributeTable& table, HeaderInterner& interner, GivenInput& given) {
  const auto bytes =
      read_checked(plan_folder(work) + '/' + headers_name(shard), plan.headers_sha256[shard]);
  if (!bytes) return bytes.problem();
  return load_shard(bytes_of(*bytes), std::make_shared<const std::string>(plan.input), table,
                    interner, given);
}

int run_shard(const ShardCall& call, const ShardPlan& plan, Settings settings,
              const SelectionRules& rules, const AttributeTable& table,
              const std::atomic<int>& stop) {
  const auto shard = call.number;
  if (shard >= plan.headers_sha256.size())
    return give_up({Reason::bad_settings, "--shard",
                    "found " + std::to_string(shard) + ", the plan has shards 0 to " +
                        std::to_string(plan.headers_sha256.size() - 1)});
  const auto folder = shard_folder(call.work, shard);
  if (access(folder.c_str(), F_OK) == 0) {
    spdlog::info("shard {}: it is done already; nothing to do", shard);
    return 0;
  }
  GivenInput given;
  HeaderInterner interner;
  if (auto loaded = load_headers_of(plan, call.work, shard, table, interner, given); !loaded)
    return give_up(loaded.problem());
  auto attempt = Attempt::begin(folder);
  if (!attempt) return give_up(attempt.problem());
  settings.output.value = attempt->path() + "/images";
  settings.images = ImagesToWrite::all;  // the plan has chosen
  int failure = 0;
  const auto records = make_images_of_shard(settings, rules, table, stop, given, failure);
  if (!records) return give_up(records.problem());
  if (failure != 0) return failure;
  std::error_code ignored;
  std::filesystem::remove_all(settings.output.value + "/.dcmflow", ignored);
  if (auto synced = sync_folder(settings.output.value); !synced) return give_up(synced.problem());
  if (auto written = attempt->write("records", *records); !written)
    return give_up(written.problem());
  if (auto written =
          attempt->write("manifest.json", manifest_text({plan.id, fingerprint(*records)}));
      !written)
    return give_up(written.problem());
  const auto published = attempt->publish();
  if (!published) return give_up(published.problem());
  spdlog::info("shard {}: {}", shard,
               *published ? "done" : "another attempt was done first; this one is dropped");
  return 0;
}

// What shards lack, each in a line of the log.
bool load_shards(const ShardCall& call, const ShardPlan& plan, MadeImages& made) {
  std::size_t missing = 0;
  const auto lacks = [&](std::size_t shard, const std::string& what) {
    ++missing;
    spdlog::error("shard {}: {}", shard, what);
  };
  for (std::size_t shard = 0; shard < plan.headers_sha256.size(); ++shard) {
    const auto folder = shard_folder(call.work, shard);
    const auto manifest = read_manifest(call.work, shard);
    if (!manifest || manifest->plan_id != plan.id) {
      lacks(shard, manifest ? folder + " is of another plan" : "it is not done");
      continue;
    }
    const auto records = read_checked(folder + "/records", manifest->records_sha256);
    if (!records) {
      lacks(shard, folder + "/records is not what was written; remove " + folder);
      continue;
    }
    if (const auto loaded = made.load(bytes_of(*records), folder + "/images"); !loaded)
      lacks(shard, loaded.problem().detail);
  }
  if (const auto changed = made.find_changed(); !changed.empty()) {
    ++missing;
    spdlog::error("{} is not as it was written; remove its shard's folder", printable(changed));
  }
  if (missing > 0)
    spdlog::error("merge: {} of {} shards are to be run (again)", missing,
                  plan.headers_sha256.size());
  return missing == 0;
}

int merge_shards(const ShardCall& call, const ShardPlan& plan, const Settings& settings,
                 const SelectionRules& rules, const AttributeTable& table,
                 const std::atomic<int>& stop) {
  MadeImages made;
  if (!load_shards(call, plan, made)) return static_cast<int>(ExitCode::try_again);
  GivenInput given;
  HeaderInterner interner;
  for (std::size_t shard = 0; shard < plan.headers_sha256.size(); ++shard)
    if (auto loaded = load_headers_of(plan, call.work, shard, table, interner, given); !loaded)
      return give_up(loaded.problem());
  const auto found = read_checked(plan_folder(call.work) + "/found", plan.found_sha256);
  if (!found) return give_up(found.problem());
  auto files = load_found_files(bytes_of(*found), std::make_shared<const std::string>(plan.input));
  if (!files) return give_up(files.problem());
  given.found = std::move(*files);
  auto output = OutputClaim::take(settings);
  if (!output) return give_up(output.problem());
  if (!output->warning().empty()) spdlog::warn("{}", output->warning());
  Run run(settings, rules, table, *output, stop);
  run.given = &given;
  run.made = &made;
  run.began = std::chrono::system_clock::time_point(
      std::chrono::duration_cast<std::chrono::system_clock::duration>(
          std::chrono::nanoseconds(given.found.began_ns)));
  return run_pipeline(run);
}

}  // namespace

Result<std::vector<std::string>> words_of_run(const ShardCall& call) {
  std::vector<std::string> words{"run"};
  const auto add = [&](const std::vector<std::string>& more) {
    words.insert(words.end(), more.begin(), more.end());
  };
  if (call.task == Task::plan_shards) {
    add({call.input, call.work});
    add(call.options);
    return words;
  }
  const auto plan = read_shard_plan(call.work);
  if (!plan) return plan.problem();
  add({plan->input, call.task == Task::run_shard ? call.work + "/shards" : call.output});
  add(plan->options);
  add(call.options);
  return words;
}

int run_shard_call(const ShardCall& call, const Settings& settings, const SelectionRules& rules,
                   const AttributeTable& table, const std::atomic<int>& stop) {
  if (call.task == Task::plan_shards) {
    OutputClaim no_output;
    Run run(settings, rules, table, no_output, stop);
    return plan_shards(run, call);
  }
  const auto plan = read_shard_plan(call.work);
  if (!plan) return give_up(plan.problem());
  if (plan->outputs != outputs_fingerprint(settings, table))
    return give_up({Reason::bad_settings, printable(call.work),
                    "the settings are not those of the plan: its rules or attributes file, or the "
                    "environment, is another here"});
  if (call.task == Task::run_shard) return run_shard(call, *plan, settings, rules, table, stop);
  return merge_shards(call, *plan, settings, rules, table, stop);
}

}  // namespace dcmflow
