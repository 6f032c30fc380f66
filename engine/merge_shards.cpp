#include <spdlog/spdlog.h>

#include <chrono>
#include <utility>

#include "engine/outcome.h"
#include "engine/pipeline.h"
#include "engine/shard_steps.h"
#include "stages/base/printable.h"

namespace dcmflow {
namespace {

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
    if (const auto loaded = made.load(record_of(*records), folder + "/images"); !loaded)
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

}  // namespace

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
  auto files = load_found_files(record_of(*found), std::make_shared<const std::string>(plan.input));
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

}  // namespace dcmflow
