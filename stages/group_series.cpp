#include "stages/group_series.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "stages/sorting/split_by_patient.h"

namespace dcmflow {

void GroupSeries::add(InstancePtr instance) {
  auto& part = parts_.mine();
  const Lock lock(part.mutex);
  part.instances.push_back(std::move(instance));
}

// Most instances share their header with others: the group of each is looked for once.
GroupSeries::Groups GroupSeries::take() {
  Groups groups;
  std::unordered_map<const SharedHeader*, std::vector<InstancePtr>*> known;
  parts_.each([&](Part& part) {
    const Lock lock(part.mutex);
    for (; !part.instances.empty(); part.instances.pop_front()) {
      auto instance = std::move(part.instances.front());
      const auto* const shared = instance->shared.get();
      auto& group = known[shared];
      if (group == nullptr)
        group = &groups[Key{shared->study_instance_uid, shared->series_instance_uid}];
      group->push_back(std::move(instance));
    }
  });
  return groups;
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
  std::vector<SeriesPtr> all;
  for (auto& [key, instances] : take()) {
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
  return all;
}

}  // namespace dcmflow
