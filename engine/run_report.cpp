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
  for (auto& known : steps_)
    if (known.name == name) return known;
  auto& step = steps_.emplace_back();
  step.name = std::move(name);
  step.trace = &trace_;
  return step;
}

void RunReport::not_converted(Problem problem) {
  const std::lock_guard lock(mutex_);
  ++counts_[problem.reason];
  not_converted_.push_back(std::move(problem));
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

std::size_t RunReport::converted_files() const {
  const std::lock_guard lock(mutex_);
  return discovered_ - not_converted_.size();
}

std::size_t RunReport::dicom_files() const {
  const std::lock_guard lock(mutex_);
  auto files = discovered_.load();
  for (const auto reason : {Reason::not_dicom, Reason::empty_file, Reason::special_file,
                            Reason::same_file, Reason::unreadable})
    if (const auto count = counts_.find(reason); count != counts_.end())
      files -= std::min(files, count->second);
  return files;
}

void RunReport::finish(Catalog& catalog) {
  catalog.not_converted = std::move(not_converted_);
  catalog.problems = std::move(problems_);
  for (const auto& step : steps_)
    catalog.run.steps.push_back({step.name, step.items, step.problems, step.bytes,
                                 static_cast<double>(step.busy_nanoseconds) * 1e-9});
}

}  // namespace dcmflow
