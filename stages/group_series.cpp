#include "stages/group_series.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "stages/sorting/split_by_patient.h"

namespace dcmflow {

void GroupSeries::add(InstancePtr instance) {
  const auto& shared = *instance->shared;
  Key key{shared.study_instance_uid, shared.series_instance_uid};
  const Lock lock(mutex_);
  groups_[std::move(key)].push_back(std::move(instance));
}

namespace {

// The UIDs are read once, not once a comparison.
void sort_instances(std::vector<InstancePtr>& instances) {
  using Key = std::pair<std::string_view, std::string_view>;
  std::vector<std::pair<Key, InstancePtr>> keyed;
  keyed.reserve(instances.size());
  for (auto& instance : instances) {
    const Key key(instance->sop_instance_uid(), instance->file->place());
    keyed.emplace_back(key, std::move(instance));
  }
  std::ranges::sort(keyed, {}, [](const auto& one) { return one.first; });
  for (std::size_t i = 0; i < keyed.size(); ++i) instances[i] = std::move(keyed[i].second);
}

}  // namespace

std::vector<SeriesPtr> GroupSeries::finish() {
  const Lock lock(mutex_);
  std::vector<SeriesPtr> all;
  for (auto& [key, instances] : groups_) {
    sort_instances(instances);
    auto of_patients = split_by_patient(std::move(instances));
    for (std::uint32_t patient = 0; patient < of_patients.size(); ++patient) {
      auto series = std::make_shared<Series>();
      series->study_instance_uid = key.first;
      series->series_instance_uid = key.second;
      series->patients = static_cast<std::uint32_t>(of_patients.size());
      series->patient = patient;
      series->instances = std::move(of_patients[patient]);
      series->instances.shrink_to_fit();
      all.push_back(std::move(series));
    }
  }
  groups_.clear();
  return all;
}

}  // namespace dcmflow
