#include "engine/hold_arrivals.h"

#include <algorithm>
#include <iterator>

namespace dcmflow {

HoldArrivals::HoldArrivals(Run& run) : run_(run), now_(Arrivals::Clock::now()) {
  run_.arrivals->begin_sweep();
}

void HoldArrivals::see(const Result<FilePtr>& entry) {
  if (run_.arrivals->see(entry, now_)) return;
  unsettled_.insert(entry ? (*entry)->name : entry.problem().subject);
}

void HoldArrivals::add(const InstancePtr& instance) {
  const Lock lock(mutex_);
  instances_.push_back(instance);
}

void HoldArrivals::add(Problem problem) {
  const Lock lock(mutex_);
  problems_.push_back(std::move(problem));
}

HoldArrivals::SeriesKey HoldArrivals::key_of(const Instance& instance) {
  return {instance.shared->study_instance_uid, instance.shared->series_instance_uid};
}

void HoldArrivals::index_fresh() {
  const auto is_fresh = [&](const std::string& name) {
    return !run_.earlier || !run_.earlier->has_met(name);
  };
  const Lock lock(mutex_);
  for (const auto& instance : instances_)
    if (is_fresh(instance->file->name))
      fresh_.try_emplace(instance->file->name,
                         Fresh{instance, run_.arrivals->has_passed(*instance->file)});
  for (const auto& problem : problems_)
    if (is_fresh(problem.subject)) fresh_.try_emplace(problem.subject, Fresh{nullptr});
}

void HoldArrivals::hold(Fresh& fresh) {
  fresh.is_held = true;
  if (fresh.instance) held_series_.insert(key_of(*fresh.instance));
}

// Whether a file that the catalogue knew otherwise counts as it was.
bool HoldArrivals::waits(const EarlierRun::Other& other) const {
  const auto now = fresh_.find(other.file->name);
  if (now != fresh_.end() && now->second.is_known) return false;
  if (other.instance && held_series_.contains(key_of(*other.instance))) return true;
  if (now == fresh_.end()) return !run_.arrivals->is_gone(*other.file, now_);
  const auto& fresh = now->second;
  return fresh.is_held || (fresh.instance && held_series_.contains(key_of(*fresh.instance)));
}

// Until nothing is added: each that counts as it was holds its series of then and of now.
void HoldArrivals::hold_what_is_tied() {
  for (bool has_grown = true; has_grown;) {
    const auto rest = std::stable_partition(others_.begin(), others_.end(),
                                            [&](const auto& other) { return !waits(other); });
    has_grown = rest != others_.end();
    for (auto other = rest; other != others_.end(); ++other) {
      if (other->instance) held_series_.insert(key_of(*other->instance));
      if (const auto now = fresh_.find(other->file->name); now != fresh_.end()) hold(now->second);
    }
    std::move(rest, others_.end(), std::back_inserter(kept_));
    others_.erase(rest, others_.end());
  }
  for (auto& [name, fresh] : fresh_)
    if (fresh.instance && !fresh.is_known && held_series_.contains(key_of(*fresh.instance)))
      fresh.is_held = true;
}

void HoldArrivals::pass_on(GroupSeries& groups, std::vector<FilePtr>& other_files) {
  const auto is_held = [&](std::string_view name) {
    const auto fresh = fresh_.find(name);
    return fresh != fresh_.end() && fresh->second.is_held;
  };
  const Lock lock(mutex_);
  for (const auto& instance : instances_) {
    if (is_held(instance->file->name)) continue;
    run_.arrivals->pass(*instance->file);
    groups.add(instance);
  }
  for (const auto& problem : problems_)
    if (!is_held(problem.subject)) run_.report.not_converted(problem);
  std::erase_if(other_files, [&](const FilePtr& file) { return is_held(file->name); });
  for (const auto& other : kept_) {
    run_.earlier->keep(other);
    run_.report.discovered_file();
    if (other.instance) {
      groups.add(other.instance);
    } else {
      run_.report.not_converted(*other.problem);
      other_files.push_back(other.file);
    }
  }
}

void HoldArrivals::release(GroupSeries& groups, std::vector<FilePtr>& other_files) {
  run_.arrivals->end_sweep(now_);
  index_fresh();
  if (run_.earlier) others_ = run_.earlier->others();
  for (auto& [name, fresh] : fresh_)
    if (unsettled_.contains(name)) hold(fresh);
  hold_what_is_tied();
  pass_on(groups, other_files);
  run_.held.files = static_cast<std::size_t>(
      std::ranges::count_if(fresh_, [](const auto& entry) { return entry.second.is_held; }));
  run_.held.series = held_series_.size();
  run_.held.kept = kept_.size();
  run_.report.held_files(run_.held.files);
}

}  // namespace dcmflow
