#include <spdlog/spdlog.h>
#include <unistd.h>

#include "engine/conclude_run.h"
#include "engine/logging.h"
#include "engine/outcome.h"
#include "engine/peak_memory.h"
#include "engine/pipeline.h"
#include "engine/scan_files.h"
#include "engine/scan_input.h"
#include "engine/shard_steps.h"
#include "stages/base/printable.h"
#include "stages/database/stored_headers.h"

namespace dcmflow {
namespace {

// It is not made again: a plan may have been made of it.
int keep_part(const Run& run, const ShardCall& call, const InputSlice& slice) {
  const auto folder = part_folder(call.work, slice.part);
  const auto part = read_part(folder);
  if (!part) return give_up(part.problem());
  const bool is_same = part->slice.parts == slice.parts && part->input == call.input &&
                       part->attributes == scan_fingerprint(run.table, run.settings.no_patient);
  if (is_same) {
    spdlog::info("scan {}: it is there already; nothing to do", words(slice));
    return 0;
  }
  return give_up({Reason::bad_settings, printable(folder),
                  "is a part of another scan; take another work folder, or remove it"});
}

}  // namespace

int scan_slice(Run& run, const InputSlice& slice, const std::string& folder) {
  auto scan = ScanInput::begin(folder, slice);
  if (!scan) return give_up(scan.problem());
  run.scan = scan->get();
  scan_input(run);
  run.scan = nullptr;
  if (run.stop) return by_signal + run.stop;
  const auto ended = (*scan)->end(run);
  if (!ended) return give_up(ended.problem());
  return run.report.has(Reason::internal_error) ? static_cast<int>(ExitCode::internal) : 0;
}

int scan_part(Run& run, const ShardCall& call) {
  const InputSlice slice{call.number, call.parts};
  const auto folder = part_folder(call.work, slice.part);
  const auto is_there = [&] { return access(folder.c_str(), F_OK) == 0; };
  if (is_there()) return keep_part(run, call, slice);
  auto attempt = Attempt::begin(folder);
  if (!attempt) return give_up(attempt.problem());
  if (run.settings.trace.value) run.report.trace().begin();
  const int failure = scan_slice(run, slice, attempt->path());
  if (failure != 0) return is_there() && !run.stop ? keep_part(run, call, slice) : failure;
  const auto published = attempt->publish();
  if (!published && !is_there()) return give_up(published.problem());
  if (!published || !*published) return keep_part(run, call, slice);
  spdlog::info("scan {}: done: files={} peak_memory_mb={}", words(slice),
               run.report.discovered_files(), peak_memory_bytes() >> 20);
  write_trace(run);
  return 0;
}

}  // namespace dcmflow
