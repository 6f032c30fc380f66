#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "engine/outcome.h"
#include "engine/pipeline.h"
#include "engine/shard_steps.h"
#include "stages/base/output_file.h"
#include "stages/database/fingerprint.h"

namespace dcmflow {
namespace {

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

}  // namespace

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

}  // namespace dcmflow
