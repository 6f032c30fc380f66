#include "engine/conclude_early.h"

#include <spdlog/spdlog.h>

#include "engine/catalogue_run.h"
#include "engine/run.h"

namespace dcmflow {
namespace {

bool is_unchanged(const Run& run) {
  const auto& earlier = run.earlier;
  return earlier && run.stop == 0 && !run.report.has(Reason::internal_error) &&
         earlier->status() != "failed" && earlier->status() != "interrupted" &&
         earlier->is_all_there_was(run.report.discovered_files()) &&
         earlier->outputs_fingerprint() == outputs_fingerprint(run.settings, run.table) &&
         run.output.is_as_written();
}

}  // namespace

std::optional<int> withdraw_earlier_results(Run& run) {
  run.changes_output = true;
  const auto withdrawn = run.output.withdraw();
  if (withdrawn) return std::nullopt;
  spdlog::error("{}", withdrawn.problem().detail);
  return exit_code(withdrawn.problem().reason);
}

std::optional<int> conclude_early(Run& run) {
  if (run.arrivals && run.stop) return by_signal + run.stop;
  if (run.arrivals && run.series.empty()) return static_cast<int>(ExitCode::no_input);
  if (!is_unchanged(run)) return std::nullopt;
  const int exit_code = run.earlier->exit_code();
  if (run.arrivals) return exit_code;
  run.catalogue.add_unchanged(run.earlier->status(), exit_code);
  spdlog::info("unchanged: {} files and all results are what they were; nothing is made again",
               run.report.discovered_files());
  return exit_code;
}

}  // namespace dcmflow
