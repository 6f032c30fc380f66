#include "engine/run_report.h"

#include <algorithm>
#include <tuple>

namespace dcmflow {

int exit_code(Reason reason) {
  switch (reason) {
    case Reason::bad_settings:
      return static_cast<int>(ExitCode::usage);
    case Reason::bad_rules:
      return static_cast<int>(ExitCode::bad_rules);
    case Reason::no_input:
      return static_cast<int>(ExitCode::no_input);
    case Reason::output_not_writable:
    case Reason::disk_full:
      return static_cast<int>(ExitCode::output);
    default:
      return static_cast<int>(ExitCode::internal);
  }
}

StepCounters& RunReport::step(std::string name) {
  const std::lock_guard lock(mutex_);
  auto& step = steps_.emplace_back();
  step.name = std::move(name);
  return step;
}

void RunReport::converted(const std::string& file, const std::string& image) {
  const std::lock_guard lock(mutex_);
  files_.push_back({file, std::nullopt, {}, {image}});
  ++converted_;
}

void RunReport::not_converted(const std::string& file, Reason reason, const std::string& detail) {
  const std::lock_guard lock(mutex_);
  files_.push_back({file, reason, detail, {}});
  ++counts_[reason];
}

void RunReport::problem(Problem problem) {
  const std::lock_guard lock(mutex_);
  ++counts_[problem.reason];
  problems_.push_back(std::move(problem));
}

bool RunReport::has(Reason reason) const {
  const std::lock_guard lock(mutex_);
  return counts_.contains(reason);
}

bool RunReport::has_severity(Severity severity) const {
  const std::lock_guard lock(mutex_);
  return std::ranges::any_of(
      counts_, [&](const auto& count) { return reason_row(count.first).severity == severity; });
}

std::size_t RunReport::files() const {
  const std::lock_guard lock(mutex_);
  return files_.size();
}

std::size_t RunReport::converted_files() const {
  const std::lock_guard lock(mutex_);
  return converted_;
}

void RunReport::finish(Catalog& catalog) {
  std::ranges::sort(files_, {}, &FileRecord::name);
  std::ranges::sort(problems_, {},
                    [](const Problem& p) { return std::tie(p.subject, p.reason, p.detail); });
  catalog.files = std::move(files_);
  catalog.problems = std::move(problems_);
  for (const auto& step : steps_)
    catalog.run.steps.push_back({step.name, step.items, step.problems, step.bytes,
                                 static_cast<double>(step.busy_nanoseconds) * 1e-9});
}

}  // namespace dcmflow
