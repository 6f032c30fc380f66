#include "engine/outcome.h"

namespace dcmflow {
namespace {

ExitCode first_of(const Outcome::Facts& facts) {
  if (facts.output_failed) return ExitCode::output;
  if (facts.internal_error) return ExitCode::internal;
  if (facts.no_series) return ExitCode::no_input;
  if (facts.required_selection_unmet) return ExitCode::required_selection_unmet;
  if (facts.problems_under_strict) return ExitCode::problems_under_strict;
  return ExitCode::done;
}

}  // namespace

int exit_code(Reason reason) {
  switch (reason) {
    case Reason::bad_settings:
    case Reason::certificate_refused:
    case Reason::access_denied:
    case Reason::answer_invalid:
    case Reason::labels_unusable:
      return static_cast<int>(ExitCode::usage);
    case Reason::bad_rules:
      return static_cast<int>(ExitCode::bad_rules);
    case Reason::no_input:
    case Reason::not_on_server:
    case Reason::source_missing:
      return static_cast<int>(ExitCode::no_input);
    case Reason::output_not_writable:
    case Reason::disk_full:
      return static_cast<int>(ExitCode::output);
    case Reason::server_unreachable:
    case Reason::server_failed:
    case Reason::transfer_cut:
    case Reason::instances_missing:
      return static_cast<int>(ExitCode::try_again);
    default:
      return static_cast<int>(ExitCode::internal);
  }
}

Outcome::Outcome(const Facts& facts)
    : exit_code_(facts.stop != 0 ? by_signal + facts.stop : static_cast<int>(first_of(facts))) {}

std::string_view Outcome::status() const {
  if (exit_code_ > by_signal) return "interrupted";
  if (exit_code_ == static_cast<int>(ExitCode::done)) return "complete";
  return is_complete() ? "complete_with_problems" : "failed";
}

bool is_complete(int exit_code) {
  return exit_code == static_cast<int>(ExitCode::done) ||
         exit_code == static_cast<int>(ExitCode::problems_under_strict) ||
         exit_code == static_cast<int>(ExitCode::required_selection_unmet);
}

void Outcome::output_failed() {
  if (exit_code_ < by_signal) exit_code_ = static_cast<int>(ExitCode::output);
}

}  // namespace dcmflow
