#include "engine/run_report.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "stages/base/printable.h"

namespace dcmflow {

StepCounters& RunReport::step(std::string name) {
  const Lock lock(mutex_);
  for (auto& known : steps_)
    if (known.name == name) return known;
  auto& step = steps_.emplace_back();
  step.name = std::move(name);
  step.trace = &trace_;
  return step;
}

void RunReport::not_converted(Problem problem) {
  const Lock lock(mutex_);
  ++counts_[problem.reason];
  auto& row = rows_[problem.reason];
  if (row.files++ == 0 || problem.subject < row.first.subject) row.first = problem;
  not_converted_.push_back(std::move(problem));
}

void RunReport::problem(Problem problem) {
  const Lock lock(mutex_);
  ++counts_[problem.reason];
  problems_.push_back(std::move(problem));
}

bool RunReport::has(Reason reason) const {
  const Lock lock(mutex_);
  return counts_.contains(reason);
}

bool RunReport::has_severity(Severity severity) const {
  const Lock lock(mutex_);
  return std::ranges::any_of(
      counts_, [&](const auto& count) { return reason_row(count.first).severity == severity; });
}

std::size_t RunReport::not_converted_files() const {
  std::size_t files = 0;
  for (const auto& [reason, count] : left_files()) files += count;
  return files;
}

std::map<Reason, std::size_t> RunReport::left_files() const {
  const Lock lock(mutex_);
  std::map<Reason, std::size_t> files;
  for (const auto& [reason, row] : rows_) files[reason] = row.files;
  return files;
}

std::vector<Problem> RunReport::problems(Reason reason) const {
  const Lock lock(mutex_);
  std::vector<Problem> found;
  std::ranges::copy_if(problems_, std::back_inserter(found),
                       [&](const Problem& problem) { return problem.reason == reason; });
  return found;
}

RunReport::Told RunReport::take(std::size_t others) {
  const Lock lock(mutex_);
  Told told;
  const auto first =
      not_converted_.begin() + static_cast<std::ptrdiff_t>(std::min(others, not_converted_.size()));
  told.not_converted.assign(std::move_iterator(first), std::move_iterator(not_converted_.end()));
  not_converted_.erase(first, not_converted_.end());
  told.problems = std::exchange(problems_, {});
  return told;
}

std::map<Reason, std::size_t> RunReport::counts() const {
  const Lock lock(mutex_);
  return counts_;
}

std::vector<RunReport::ReasonLine> RunReport::reason_lines() const {
  const Lock lock(mutex_);
  std::vector<ReasonLine> lines;
  for (const auto& [reason, row] : rows_) {
    const auto& known = reason_row(reason);
    if (known.severity == Severity::skipped) continue;
    auto text = std::to_string(row.files) + (row.files == 1 ? " file: " : " files: ");
    text.append(known.code).append(" (").append(known.text).append("); first: ");
    text += printable(row.first.subject);
    if (!row.first.detail.empty()) text += ": " + row.first.detail;
    lines.push_back({reason, std::move(text)});
  }
  return lines;
}

std::size_t RunReport::dicom_files() const {
  const Lock lock(mutex_);
  auto files = discovered_.load();
  for (const auto reason : {Reason::not_dicom, Reason::empty_file, Reason::special_file,
                            Reason::same_file, Reason::unreadable})
    if (const auto count = counts_.find(reason); count != counts_.end())
      files -= std::min(files, count->second);
  return files;
}

void RunReport::finish(Catalog& catalog) {
  const Lock lock(mutex_);
  catalog.not_converted = std::move(not_converted_);
  catalog.problems = std::move(problems_);
  for (const auto& step : steps_)
    catalog.run.steps.push_back({step.name, step.items, step.problems, step.bytes,
                                 static_cast<double>(step.busy_nanoseconds) * 1e-9});
}

}  // namespace dcmflow
