#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "config/folders.h"
#include "config/shard_words.h"
#include "engine/logging.h"
#include "engine/merge_windows.h"
#include "engine/outcome.h"
#include "engine/pipeline.h"
#include "engine/plan_images.h"
#include "engine/shard_steps.h"
#include "engine/verify_shards.h"
#include "stages/base/filesystem.h"
#include "stages/base/printable.h"

namespace dcmflow {
namespace {

// What a merge has from its work folder.
struct MergeInput {
  MadeImages made;
  GivenInput given;
  std::vector<std::size_t> series_before;  // of each shard: rows of given.images before its own
  HeaderInterner interner;
};

Result<FoundFiles> load_found(const ShardCall& call, const ShardPlan& plan) {
  const auto found = read_checked(plan_folder(call.work) + "/found", plan.found_sha256);
  if (!found) return found.problem();
  return load_found_files(record_of(*found), std::make_shared<const std::string>(plan.root));
}

Status load_headers(const ShardCall& call, const ShardPlan& plan, const AttributeTable& table,
                    MergeInput& input) {
  for (std::size_t shard = 0; shard < plan.headers_sha256.size(); ++shard) {
    input.series_before.push_back(input.given.images.size());
    if (auto loaded = load_headers_of(plan, call.work, shard, table, input.interner, input.given);
        !loaded)
      return loaded;
  }
  auto files = load_found(call, plan);
  if (!files) return files.problem();
  input.given.found = std::move(*files);
  return Done{};
}

constexpr std::size_t other_descriptors = 64;  // of files beside those of the shards

// Whether every list can be written of what put_away() keeps, and the files of all shards be open.
bool can_merge_in_windows(const Settings& settings, std::size_t shards) {
  return shards <= most_parts && shards + other_descriptors <= available_descriptors() &&
         settings.images == ImagesToWrite::all && settings.layout.names_by_uid() &&
         !settings.bids && !settings.report && !settings.explain && !settings.workflow_metadata &&
         settings.tables == TableFormat::none;
}

// Tells each shard of its own among these images, as a further part.
Status ask_for(const ShardCall& call, const ShardPlan& plan, const MergeInput& input,
               const std::vector<std::string>& stems) {
  const std::set<std::string_view> untried(stems.begin(), stems.end());
  std::map<std::size_t, std::vector<std::string>> wanted;  // by shard
  for (std::size_t series = 0; series < input.given.images.size(); ++series)
    for (const auto& image : input.given.images[series]) {
      if (!untried.contains(image.stem)) continue;
      const auto behind = std::ranges::upper_bound(input.series_before, series);
      wanted[static_cast<std::size_t>(behind - input.series_before.begin()) - 1].push_back(
          image.stem);
    }
  for (const auto& [shard, images] : wanted) {
    ShardPart part{shard, 1};
    while (is_wanted(call.work, part)) ++part.part;
    if (const auto written = write_wanted(call.work, part, plan.id, images); !written)
      return written.problem();
    spdlog::error(
        "shard {}: {} of its images are chosen in place of others that failed; run it: dcmflow "
        "shard run {} --shard {}",
        shard, images.size(), printable(call.work), shard);
  }
  return Done{};
}

// The exit code where images that rules have chosen since the plan are still to be made; 0: none.
int make_sure_of_chosen(const ShardCall& call, const ShardPlan& plan, const Settings& settings,
                        const SelectionRules& rules, const AttributeTable& table,
                        const std::atomic<int>& stop, const MergeInput& input) {
  if (settings.images == ImagesToWrite::all) return 0;
  GivenInput given = input.given;
  std::vector<std::string> untried;
  OutputClaim no_output;
  Run run(settings, rules, table, no_output, stop);
  run.given = &given;
  run.made = &input.made;
  run.untried = &untried;
  make_shard(run, assign_names);
  if (stop) return by_signal + stop;
  if (untried.empty()) return 0;
  if (const auto asked = ask_for(call, plan, input, untried); !asked)
    return give_up(asked.problem());
  return static_cast<int>(ExitCode::try_again);
}

// The images of one run do not go among the files of another thing.
Status check_output_apart(const ShardCall& call, const ShardPlan& plan) {
  FileError ignored;
  const auto whole = [&](const std::string& path) {
    auto found = fs::weakly_canonical(path, ignored);
    return ignored ? fs::path(path) : found;
  };
  const auto output = whole(call.output);
  const auto is_below = [&](const std::string& folder) {
    const auto inside = output.lexically_relative(whole(folder));
    return !inside.empty() && *inside.begin() != "..";
  };
  const bool is_work = output == whole(call.work) || is_below(plan_folder(call.work)) ||
                       is_below(call.work + "/shards") || is_below(call.work + "/scan") ||
                       is_below(call.work + "/wanted");
  if (!is_work && !is_same_place(plan.input, call.output)) return Done{};
  return Problem{Reason::bad_settings, printable(call.output),
                 is_work ? "the output lies in the work folder; take another"
                         : "the output is the input; take another"};
}

}  // namespace

int merge_shards(const ShardCall& call, const ShardPlan& plan, const Settings& settings,
                 const SelectionRules& rules, const AttributeTable& table,
                 const std::atomic<int>& stop) {
  if (const auto apart = check_output_apart(call, plan); !apart) return give_up(apart.problem());
  MergeInput input;
  const bool are_whole = load_shards(call, plan, settings, stop, input.made);
  if (stop) return by_signal + stop;
  if (!are_whole) return static_cast<int>(ExitCode::try_again);
  const bool in_windows = can_merge_in_windows(settings, plan.headers_sha256.size());
  MergeWindows windows(call, plan, table);
  if (in_windows) {
    auto files = load_found(call, plan);
    if (!files) return give_up(files.problem());
    input.given.found = std::move(*files);
    if (const auto opened = windows.open(input.given); !opened) return give_up(opened.problem());
  } else if (const auto loaded = load_headers(call, plan, table, input); !loaded) {
    return give_up(loaded.problem());
  }
  if (const int code = make_sure_of_chosen(call, plan, settings, rules, table, stop, input);
      code != 0)
    return code;
  auto output = OutputClaim::take(settings);
  if (!output) return give_up(output.problem());
  if (!output->warning().empty()) spdlog::warn("{}", output->warning());
  Run run(settings, rules, table, *output, stop);
  run.given = &input.given;
  run.made = &input.made;
  run.began = std::chrono::system_clock::time_point(
      std::chrono::duration_cast<std::chrono::system_clock::duration>(
          std::chrono::nanoseconds(input.given.found.began_ns)));
  run.is_in_windows = in_windows;
  const int code = in_windows ? merge_windows(run, [&](Run& of) { return windows.load_next(of); })
                              : run_pipeline(run);
  if (is_complete(code)) remove_attempts(call.work);
  return code;
}

}  // namespace dcmflow
