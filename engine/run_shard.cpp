#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "engine/conclude_run.h"
#include "engine/log_name.h"
#include "engine/logging.h"
#include "engine/outcome.h"
#include "engine/pipeline.h"
#include "engine/plan_images.h"
#include "engine/shard_attempt.h"
#include "engine/shard_steps.h"
#include "engine/step.h"
#include "engine/sync_output.h"
#include "engine/write_sidecars.h"
#include "stages/base/of_the_moment.h"
#include "stages/base/output_file.h"
#include "stages/base/output_place.h"
#include "stages/base/printable.h"
#include "stages/database/fingerprint.h"

namespace dcmflow {
namespace {

// What the end of a machine costs at the most; that of the program costs nothing.
constexpr std::chrono::seconds between_syncs{5};
constexpr auto done_by_another = "another attempt was done first; this one is dropped";

// And no other images are made.
Status take_chosen_images(Run& run) {
  if (auto named = take_planned_names(run); !named || run.stop) return named;
  for (std::size_t i = 0; i < run.series.size(); ++i) {
    std::vector<Stack> chosen;
    for (std::size_t k = 0; k < run.sorted[i].stacks.size(); ++k)
      if (run.given->images[i][k].is_chosen) chosen.push_back(run.sorted[i].stacks[k]);
    run.sorted[i].stacks = std::move(chosen);
  }
  hide_image_names(run);
  return Done{};
}

std::vector<TriedImage> tried_images(const Run& run) {
  std::vector<TriedImage> tried;
  for (const auto& volume : run.given_up) tried.push_back(tried_image(*volume));
  for (const auto& volumes : run.volumes)
    for (const auto& volume : volumes) tried.push_back(tried_image(*volume));
  return tried;
}

// Why an image is not what the plan promises, though its files need not be to blame: the plan has
// read them. Null: nothing.
const Problem* failure_of_the_moment(const Run& run) {
  const auto of_volume = [](const VolumePtr& volume) -> const Problem* {
    for (const auto& problem : volume->unreadable())
      if (is_of_the_moment(problem.reason)) return &problem;
    const auto& result = volume->result();
    return !result && is_of_the_moment(result.problem().reason) ? &result.problem() : nullptr;
  };
  for (const auto& volume : run.given_up)
    if (const auto* const problem = of_volume(volume)) return problem;
  for (const auto& volumes : run.volumes)
    for (const auto& volume : volumes)
      if (const auto* const problem = of_volume(volume)) return problem;
  return nullptr;
}

// What is no fact of the input: another attempt may have it otherwise. 0: nothing.
int failure_of_machine(const Run& run) {
  if (run.stop) return by_signal + run.stop;
  for (const auto reason :
       {Reason::disk_full, Reason::output_not_writable, Reason::internal_error}) {
    bool has_failed = run.report.has(reason);
    for (const auto& volumes : run.volumes)
      for (const auto& volume : volumes) {
        const auto& result = volume->result();
        if (result || result.problem().reason != reason) continue;
        if (!has_failed)
          spdlog::error("{}: {}", log_name(run.settings, volume->stack()), result.problem().detail);
        has_failed = true;
      }
    if (has_failed) return exit_code(reason);
  }
  if (const auto* const problem = failure_of_the_moment(run)) {
    spdlog::error(
        "{}: {}: {}; the plan has read it: see that INPUT is here as it was then and that there is "
        "memory, and run the shard again; where files have changed, plan anew in another WORK",
        printable(problem->subject), reason_code(problem->reason), problem->detail);
    return static_cast<int>(ExitCode::try_again);
  }
  return 0;
}

// What they say of their images follows from the images of their series, and these are all here.
Status write_sidecars_of_shard(Run& run) {
  if (!run.settings.bids) return Done{};
  run.side_files.settle(run);
  Catalog catalog;
  catalog.series = run.series;
  for (const auto& volumes : run.volumes)
    for (const auto& volume : volumes)
      if (volume->result()) catalog.images.push_back(*volume->result());
  auto folder = run.output.folder();
  StagedFiles staged;
  folder.staged = &staged;
  if (auto written = write_sidecars(run, catalog, folder); !written) return written;
  for (auto& file : staged.take()) {
    if (auto published = file.publish(); !published) return published;
    if (auto synced =
            check_output(folder.path + '/' + file.name(), file.name(), file.bytes(), true);
        !synced)
      return synced;
  }
  return Done{};
}

// And those that an earlier attempt left, and nothing tells of, go.
Status sync_names(Run& run) {
  std::vector<std::string> names;
  for (const auto& image : made_images(run)) {
    const auto& of_image = image->result()->file_names;
    names.insert(names.end(), of_image.begin(), of_image.end());
  }
  for (const auto& file : run.side_files.all()) names.push_back(file.name);
  if (auto kept = run.output.keep_only({names.begin(), names.end()}); !kept) return kept;
  return sync_folders(run.output.folder().path, names);
}

// Makes the images in `settings.output`. The records; empty where it failed: see `failure`.
Result<std::string> make_images_of_shard(const Settings& settings, const SelectionRules& rules,
                                         const AttributeTable& table, const std::atomic<int>& stop,
                                         GivenInput& given, AttemptNotes& notes, int& failure) {
  auto output = OutputClaim::take(settings);
  if (!output) return output.problem();
  Run run(settings, rules, table, *output, stop);
  run.given = &given;
  run.notes = &notes;
  run.keeps_tries = true;
  if (settings.trace.value) run.report.trace().begin();
  make_shard(run, take_chosen_images);
  write_trace(run);
  failure = failure_of_machine(run);
  if (failure != 0) return std::string();
  if (auto synced = notes.status(); !synced) return synced.problem();
  if (auto written = guarded([&] { return write_sidecars_of_shard(run); }); !written)
    return written.problem();
  if (auto synced = sync_names(run); !synced) return synced.problem();
  return store_images(tried_images(run), run.side_files.all());
}

// Of a further part: in place of what the plan has chosen.
Status choose_wanted(const ShardPlan& plan, const std::string& work, ShardPart part,
                     GivenInput& given) {
  if (part.part == 0) return Done{};
  auto wanted = read_wanted(work, part, plan.id);
  if (!wanted) return wanted.problem();
  std::ranges::sort(*wanted);
  for (auto& images : given.images)
    for (auto& image : images) image.is_chosen = std::ranges::binary_search(*wanted, image.stem);
  return Done{};
}

bool is_done(const std::string& work, ShardPart part) {
  return access(shard_folder(work, part).c_str(), F_OK) == 0;
}

// The images and what tells of them get the name of the part. The exit code.
int make_part(ShardAttempt& attempt, ShardPart part, const ShardPlan& plan,
              const Settings& settings, const SelectionRules& rules, const AttributeTable& table,
              const std::atomic<int>& stop, GivenInput& given) {
  int failure = 0;
  const auto records =
      make_images_of_shard(settings, rules, table, stop, given, attempt.notes(), failure);
  if (!records) return give_up(records.problem());
  if (failure != 0) return failure;
  if (auto written = attempt.write("records", *records); !written)
    return give_up(written.problem());
  if (auto written =
          attempt.write("manifest.json", manifest_text({plan.id, fingerprint(*records)}));
      !written)
    return give_up(written.problem());
  const auto published = attempt.publish();
  if (!published) return give_up(published.problem());
  spdlog::info("shard {}: {}", words(part), *published ? "done" : done_by_another);
  return 0;
}

int try_part(const std::string& work, ShardPart part, const ShardPlan& plan, Settings settings,
             const SelectionRules& rules, const AttributeTable& table,
             const std::atomic<int>& stop) {
  GivenInput given;
  HeaderInterner interner;
  if (auto loaded = load_headers_of(plan, work, part.shard, table, interner, given); !loaded)
    return give_up(loaded.problem());
  if (auto chosen = choose_wanted(plan, work, part, given); !chosen)
    return give_up(chosen.problem());
  const AttemptNotes::SyncEvery sync_every =
      settings.sync ? AttemptNotes::SyncEvery(between_syncs) : std::nullopt;
  auto attempt = ShardAttempt::begin(work, part, plan.id, settings.threads, sync_every);
  if (!attempt) return give_up(attempt.problem());
  if (const auto taken = attempt->taken(); taken > 0)
    spdlog::info("shard {}: goes on where an attempt ended: images={}", words(part), taken);
  settings.output.value = attempt->images();
  settings.images = ImagesToWrite::all;      // the plan has chosen
  settings.on_earlier = OnEarlier::replace;  // that is about the output of the merge
  const int failure = make_part(*attempt, part, plan, settings, rules, table, stop, given);
  // What this program itself may have done wrong is not gone on with.
  const bool is_of_use = failure != 0 && failure != static_cast<int>(ExitCode::internal);
  if (is_of_use && !is_done(work, part)) attempt->leave();
  return failure;
}

}  // namespace

int run_shard(const ShardCall& call, const ShardPlan& plan, const Settings& settings,
              const SelectionRules& rules, const AttributeTable& table,
              const std::atomic<int>& stop) {
  if (call.number >= plan.headers_sha256.size())
    return give_up({Reason::bad_settings, "--shard",
                    "found " + std::to_string(call.number) + ", the plan has shards 0 to " +
                        std::to_string(plan.headers_sha256.size() - 1)});
  for (ShardPart part{call.number, 0}; part.part == 0 || is_wanted(call.work, part); ++part.part) {
    if (is_done(call.work, part)) {
      spdlog::info("shard {}: it is done already; nothing to do", words(part));
      continue;
    }
    const int failure = try_part(call.work, part, plan, settings, rules, table, stop);
    if (failure == 0) continue;
    if (stop || !is_done(call.work, part)) return failure;
    // Whatever went wrong: the merge may have taken this attempt's folder away.
    spdlog::info("shard {}: {}", words(part), done_by_another);
  }
  return 0;
}

}  // namespace dcmflow
