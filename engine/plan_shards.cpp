#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "engine/catalogue_run.h"
#include "engine/conclude_run.h"
#include "engine/logging.h"
#include "engine/option_files.h"
#include "engine/outcome.h"
#include "engine/peak_memory.h"
#include "engine/plan_images.h"
#include "engine/plan_series.h"
#include "engine/scanned_parts.h"
#include "engine/shard_steps.h"
#include "engine/step.h"
#include "engine/tell_run.h"
#include "engine/write_plan.h"
#include "stages/base/printable.h"
#include "stages/database/stored_headers.h"

namespace dcmflow {
namespace {

// A plan that is there is not made again: shards may be at work by it.
int keep_plan(const ShardCall& call, const std::string& outputs) {
  const auto plan = read_shard_plan(call.work);
  if (!plan) return give_up(plan.problem());
  const bool is_same = plan->outputs == outputs && plan->input == call.input &&
                       plan->options == without_machine_options(call.options) &&
                       plan->variables == call.variables && plan->files == hashes_of(call.files) &&
                       plan->headers_sha256.size() == call.number;
  if (is_same) {
    spdlog::info("plan: it is there already; nothing to do");
    return 0;
  }
  return give_up({Reason::bad_settings, printable(call.work),
                  "holds the plan of another run; take another work folder"});
}

// The folders of all parts of the scan; none, where there is no scan. What is missing, damaged or
// of another scan is told, with the exit code in `failure`: 75 where trying again is all that it
// takes.
std::vector<std::string> find_scan(const Run& run, const ShardCall& call, int& failure) {
  const auto there = find_parts(call.work);
  if (there.empty()) return {};
  const auto first = read_part(part_folder(call.work, there.front()));
  const auto parts = first ? first->slice.parts : 0;
  std::vector<std::string> folders;
  constexpr int try_again = static_cast<int>(ExitCode::try_again);
  const auto tell = [&](std::size_t part, int code, const std::string& what) {
    if (failure == 0 || failure == try_again) failure = code;
    spdlog::error("scan {}: {}: dcmflow scan {} {} --part {}/{}, with the options of this plan",
                  part, what, printable(run.settings.input_words()), printable(call.work), part,
                  parts == 0 ? "N" : std::to_string(parts));
  };
  for (std::size_t i = 0; i < std::max(parts, there.back() + 1); ++i) {
    const auto folder = part_folder(call.work, i);
    const auto part = read_part(folder);
    if (!part && part.problem().reason == Reason::no_input)
      tell(i, try_again, "it is not done; run it");
    else if (!part)
      tell(i, exit_code(part.problem().reason),
           printable(folder) + ' ' + part.problem().detail + "; remove it and run it again");
    else if (part->slice.part != i || part->slice.parts != parts || part->input != call.input ||
             part->attributes != scan_fingerprint(run.table, run.settings.no_patient))
      tell(i, exit_code(Reason::bad_settings),
           printable(folder) +
               " is of another input, of other attributes (--rules, --attributes, "
               "--name, --layout, --suv, --no-patient) or another number of parts; remove it and "
               "run it "
               "again");
    folders.push_back(folder);
  }
  return folders;
}

// Where nobody has scanned the input this does it.
Result<ScannedParts> open_scan(Run& run, std::vector<std::string> parts,
                               const std::string& own_folder, int& failure) {
  if (parts.empty()) {
    failure = scan_slice(run, {}, own_folder);
    if (failure != 0) return Problem{};
    parts.push_back(own_folder);
  }
  return ScannedParts::open(parts, run.table);
}

int end_without_series(Run& run, const FoundFiles& found) {
  for (auto i = run.report.discovered_files(); i < found.files; ++i) run.report.discovered_file();
  for (const auto& problem : found.problems) run.report.not_converted(problem);
  tell_of_nothing(run);
  return static_cast<int>(ExitCode::no_input);
}

// The plan, in the folder of the attempt. 0: it is there.
int make_plan(Run& run, const ShardCall& call, const std::vector<std::string>& parts,
              const Attempt& attempt) {
  // Goes with all that is in it.
  const auto scratch = Attempt::begin(plan_folder(call.work) + "-scan");
  if (!scratch) return give_up(scratch.problem());
  int failure = 0;
  auto scan = open_scan(run, parts, scratch->path(), failure);
  if (failure != 0) return failure;
  if (!scan) return give_up(scan.problem());
  PartStore store(scratch->path(), 0, PartStore::no_limit);
  auto found = scan->find_files(store);
  if (!found) return give_up(found.problem());
  PlannedSeries planned(scratch->path());
  const auto sorted = plan_series(run, *scan, planned);
  if (run.stop) return by_signal + run.stop;
  if (!sorted) return give_up(sorted.problem());
  if (run.report.has(Reason::internal_error)) return static_cast<int>(ExitCode::internal);
  if (run.series.empty()) return end_without_series(run, *found);
  const auto named = call_step(run.report.step("assign_names"), [&] { return assign_names(run); });
  if (!named) return give_up(named.problem());
  found->naming = run.report.problems(Reason::name_taken);
  const auto written = write_plan(run, call, planned, *found, attempt);
  if (!written) return give_up(written.problem());
  spdlog::info("plan: files={} series={} shards={} peak_memory_mb={}", found->files,
               run.series.size(), call.number, peak_memory_bytes() >> 20);
  return 0;
}

}  // namespace

int plan_shards(Run& run, const ShardCall& call) {
  const auto folder = plan_folder(call.work);
  const auto outputs = outputs_fingerprint(run.settings, run.table);
  const auto is_there = [&] { return access(folder.c_str(), F_OK) == 0; };
  if (is_there()) return keep_plan(call, outputs);
  int failure = 0;
  const auto parts = find_scan(run, call, failure);
  if (failure != 0) return failure;
  auto attempt = Attempt::begin(folder);
  if (!attempt) return give_up(attempt.problem());
  if (run.settings.trace.value) run.report.trace().begin();
  failure = make_plan(run, call, parts, *attempt);
  if (failure != 0) return is_there() && !run.stop ? keep_plan(call, outputs) : failure;
  const auto published = attempt->publish();
  if (!published && !is_there()) return give_up(published.problem());
  if (!published || !*published) return keep_plan(call, outputs);
  write_trace(run);
  return 0;
}

}  // namespace dcmflow
