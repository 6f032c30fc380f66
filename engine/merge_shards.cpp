#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include "config/folders.h"
#include "engine/logging.h"
#include "engine/merge_windows.h"
#include "engine/outcome.h"
#include "engine/pipeline.h"
#include "engine/plan_images.h"
#include "engine/shard_steps.h"
#include "engine/untried_images.h"
#include "engine/verify_shards.h"
#include "stages/base/filesystem.h"
#include "stages/base/journal.h"
#include "stages/base/printable.h"

namespace dcmflow {
namespace {

// What a merge has from its work folder.
struct MergeInput {
  MadeImages made;
  GivenInput given;
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
    if (auto loaded = load_headers_of(plan, call.work, shard, table, input.interner, input.given);
        !loaded)
      return loaded;
  }
  return Done{};
}

// How a data set of BIDS relates its images is known of all at once.
bool can_merge_in_windows(const Settings& settings) {
  return settings.layout.kind != Layout::Kind::bids;
}

// What waits lies in files without a name, in `folder`.
void begin_windows(Run& run, const std::string& folder) {
  run.done = std::make_unique<DoneSeries>();
  run.part_store =
      std::make_unique<PartStore>(folder, PartStore::usual_memory, PartStore::no_limit);
}

// Those of `stems`, sorted, that are planned of the shard.
Result<std::vector<std::string>> planned_among(const ShardCall& call, const ShardPlan& plan,
                                               std::size_t shard,
                                               const std::vector<std::string>& stems) {
  auto reader = KeyedReader::open(plan_folder(call.work) + '/' + headers_name(shard),
                                  plan.headers_sha256[shard]);
  if (!reader) return reader.problem();
  std::vector<std::string> planned;
  for (KeyedRecord series;;) {
    const auto more = reader->next(series);
    if (!more) return more.problem();
    if (!*more) return planned;
    GivenInput input;
    const auto images = load_planned_images(series.record, input);
    if (!images) return images.problem();
    for (const auto& image : input.images.back())
      if (std::ranges::binary_search(stems, image.stem)) planned.push_back(image.stem);
  }
}

// Tells each shard of its own among these images, as a further part.
Status ask_for(const ShardCall& call, const ShardPlan& plan,
               const std::vector<std::string>& untried) {
  for (std::size_t shard = 0; shard < plan.headers_sha256.size(); ++shard) {
    const auto images = planned_among(call, plan, shard, untried);
    if (!images) return images.problem();
    if (images->empty()) continue;
    ShardPart part{shard, 1};
    while (is_wanted(call.work, part)) ++part.part;
    if (const auto written = write_wanted(call.work, part, plan.id, *images); !written)
      return written.problem();
    spdlog::error(
        "shard {}: {} of its images are chosen in place of others that failed; run it: dcmflow "
        "shard run {} --shard {}",
        shard, images->size(), printable(call.work), shard);
  }
  return Done{};
}

// The exit code where images that rules have chosen since the plan are still to be made; 0: none.
int make_sure_of_chosen(const ShardCall& call, const ShardPlan& plan, const Settings& settings,
                        const SelectionRules& rules, const AttributeTable& table,
                        const std::atomic<int>& stop) {
  if (settings.images == ImagesToWrite::all) return 0;
  OutputClaim no_output;
  GivenInput given;
  Run run(settings, rules, table, no_output, stop);
  run.given = &given;
  begin_windows(run, call.work);
  MergeWindows windows(call, plan, run);
  if (const auto opened = windows.open(); !opened) return give_up(opened.problem());
  const auto untried = find_untried_images(run, [&](Run&) { return windows.load_next(); });
  if (stop) return by_signal + stop;
  if (!untried) return give_up(untried.problem());
  if (untried->empty()) return 0;
  if (const auto asked = ask_for(call, plan, *untried); !asked) return give_up(asked.problem());
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

int merge_in_windows(const ShardCall& call, const ShardPlan& plan, Run& run) {
  begin_windows(run, run.output.folder().path + '/' + std::string(private_folder));
  run.done->lists = std::make_unique<ListedSeries>(
      *run.part_store, ListedSeries::Forms{.table = run.table,
                                           .rules = run.rules,
                                           .no_patient = run.settings.no_patient,
                                           .explain = run.settings.explain,
                                           .report = run.settings.report,
                                           .tables = run.settings.tables});
  MergeWindows windows(call, plan, run);
  const auto opened = windows.open();
  if (run.stop) return by_signal + run.stop;
  if (!opened) return give_up(opened.problem());
  return merge_windows(run, [&](Run&) { return windows.load_next(); });
}

}  // namespace

int merge_shards(const ShardCall& call, const ShardPlan& plan, const Settings& settings,
                 const SelectionRules& rules, const AttributeTable& table,
                 const std::atomic<int>& stop) {
  if (const auto apart = check_output_apart(call, plan); !apart) return give_up(apart.problem());
  MergeInput input;
  const bool in_windows = can_merge_in_windows(settings);
  const auto take_all = [&](ShardPart part, const std::string& records) {
    return input.made.load(record_of(records), shard_folder(call.work, part) + "/images");
  };
  const auto are_whole =
      verify_shards(call, plan, settings, stop, in_windows ? TakeRecords() : TakeRecords(take_all));
  if (stop) return by_signal + stop;
  if (!are_whole) return give_up(are_whole.problem());
  if (!*are_whole) return static_cast<int>(ExitCode::try_again);
  auto files = load_found(call, plan);
  if (!files) return give_up(files.problem());
  input.given.found = std::move(*files);
  if (!in_windows)
    if (const auto loaded = load_headers(call, plan, table, input); !loaded)
      return give_up(loaded.problem());
  if (const int code = make_sure_of_chosen(call, plan, settings, rules, table, stop); code != 0)
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
  const int code = in_windows ? merge_in_windows(call, plan, run) : run_pipeline(run);
  if (is_complete(code)) remove_attempts(call.work);
  return code;
}

}  // namespace dcmflow
